// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.ExpectedResult;
import io.falconnect.fal.queue.Permits;
import io.falconnect.fal.queue.ResultFetch;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.ResultQuery;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The fetches of results under way, a bounded number at a time. Owned by the task thread; never
 * waits.
 */
final class ResultFetches {
  private static final int PERMITS = 16;
  private static final Duration LEASE = Duration.ofSeconds(1);

  /** A slow fetch holds a thread, and as much of its result as has arrived. */
  private static final int MAX_FETCHES = 512;

  private static final long MAX_BYTES = 256L * 1024 * 1024;

  private final ResultFetcher fetcher;
  private final boolean wantsOutput;
  private final long maxResultBytes;
  private final Map<ResultFetch, ActiveWatch> underWay = new HashMap<>();
  private final Permits<ActiveWatch> permits;

  /**
   * Starts with no fetch under way.
   *
   * @param wantsOutput whether outputs are published, or only their status is of interest
   * @param maxResultBytes a result larger than this is not read
   */
  ResultFetches(
      ResultFetcher fetcher, boolean wantsOutput, long maxResultBytes, LongSupplier nanoClock) {
    this.fetcher = fetcher;
    this.wantsOutput = wantsOutput;
    this.maxResultBytes = maxResultBytes;
    long maxFetches = Math.min(MAX_FETCHES, Math.max(PERMITS, MAX_BYTES / maxResultBytes));
    this.permits = new Permits<>(PERMITS, (int) maxFetches, LEASE, nanoClock);
  }

  /**
   * Starts to fetch a watch's result if a permit is free.
   *
   * @return whether the fetch was started
   */
  boolean tryStart(ActiveWatch watch) {
    if (!permits.tryAcquire(watch)) {
      return false;
    }
    WatchState state = watch.state();
    ResultQuery query = new ResultQuery(wantsOutput, maxResultBytes, expectedOf(state));
    underWay.put(fetcher.fetch(state.request(), query), watch);
    return true;
  }

  private static ExpectedResult expectedOf(WatchState state) {
    if (state.finished() == Outcome.SUCCEEDED) {
      return ExpectedResult.OUTPUT;
    }
    return state.finished() == Outcome.FAILED ? ExpectedResult.ERROR : ExpectedResult.UNKNOWN;
  }

  /** The watch of a fetch that has ended; null if the watch does not need the result any more. */
  ActiveWatch onEnd(ResultFetch fetch) {
    ActiveWatch watch = underWay.remove(fetch);
    if (watch == null) {
      return null;
    }
    permits.release(watch);
    return watch.isClosed() ? null : watch;
  }

  /** How many results that are still needed are being fetched. */
  int count() {
    return (int) underWay.values().stream().filter(watch -> !watch.isClosed()).count();
  }

  /** Forgets every fetch; what the fetches still report is ignored. */
  void forgetAll() {
    underWay.clear();
    permits.releaseAll();
  }
}
