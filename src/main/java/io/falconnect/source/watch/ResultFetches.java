// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.ResultFetch;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The fetches of results that are under way, a few at a time. Owned by the task thread; never
 * waits.
 */
final class ResultFetches {
  private static final int PLACES = 16;

  /** Each has a thread, and as much of its answer as has come, where that is slow. */
  private static final int MOST = 512;

  private static final long MOST_BYTES = 256L * 1024 * 1024;

  private static final Duration LEASE = Duration.ofSeconds(1);

  private final ResultFetcher results;
  private final long maxResultBytes;
  private final Map<ResultFetch, ActiveWatch> underWay = new HashMap<>();
  private final Permits<ResultFetch> places;

  ResultFetches(ResultFetcher results, long maxResultBytes) {
    this.results = results;
    this.maxResultBytes = maxResultBytes;
    long most = Math.min(MOST, Math.max(PLACES, MOST_BYTES / maxResultBytes));
    this.places = new Permits<>(PLACES, (int) most, LEASE);
  }

  boolean mayBegin(long now) {
    return places.isFree(now);
  }

  /**
   * Begins one.
   *
   * @param keyTaken whether fal has taken the key since the task began
   */
  void begin(ActiveWatch watch, boolean keyTaken, long now) {
    WatchState state = watch.state();
    boolean failed = state.finished() == Outcome.FAILED;
    ResultFetch fetch = results.fetch(state.request(), maxResultBytes, failed, keyTaken);
    underWay.put(fetch, watch);
    places.take(fetch, now);
  }

  /** Whose it was; null where it is not wanted any more. */
  ActiveWatch ended(ResultFetch fetch) {
    places.leave(fetch);
    ActiveWatch watch = underWay.remove(fetch);
    return watch == null || watch.over() ? null : watch;
  }

  /** How many are still wanted. */
  int count() {
    return (int) underWay.values().stream().filter(watch -> !watch.over()).count();
  }

  void clear() {
    underWay.clear();
    places.clear();
  }
}
