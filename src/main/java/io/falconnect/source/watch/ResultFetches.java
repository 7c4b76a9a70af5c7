// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.ExpectedResult;
import io.falconnect.fal.queue.ResultFetch;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.ResultQuery;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.util.HashMap;
import java.util.Map;

/**
 * The fetches of results that were handed to the fetcher, a bounded number at a time. Owned by the
 * task thread; never waits.
 */
final class ResultFetches {
  /** A fetch holds a thread, and as much of its result as has arrived. */
  private static final int MAX_FETCHES = 512;

  private static final int LEAST_FETCHES = 16;

  /** Enough that a fetch is at hand for each that ends between two calls of the task thread. */
  private static final int MAX_WAITING = 128;

  private static final long MAX_BYTES = 256L * 1024 * 1024;

  private final ResultFetcher fetcher;
  private final boolean wantsOutput;
  private final long maxResultBytes;
  private final Map<ResultFetch, ActiveWatch> underWay = new HashMap<>();
  private final int maxFetches;

  /**
   * Starts with no fetch under way.
   *
   * @param wantsOutput whether outputs are published, or only their status is of interest
   * @param maxResultBytes a result larger than this is not read
   */
  ResultFetches(ResultFetcher fetcher, boolean wantsOutput, long maxResultBytes) {
    this.fetcher = fetcher;
    this.wantsOutput = wantsOutput;
    this.maxResultBytes = maxResultBytes;
    long fitting = wantsOutput ? MAX_BYTES / maxResultBytes : MAX_FETCHES;
    this.maxFetches = (int) Math.max(LEAST_FETCHES, Math.min(MAX_FETCHES, fitting));
  }

  /**
   * Starts to fetch a watch's result if there is room for another fetch.
   *
   * @return whether the fetch was started
   */
  boolean tryStart(ActiveWatch watch) {
    if (underWay.size() >= maxFetches || fetcher.countWaiting() >= MAX_WAITING) {
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

  /** Starts the fetches that have become due. */
  void startNext() {
    fetcher.startNext();
  }

  /** The watch of a fetch that has ended; null if the watch does not need the result any more. */
  ActiveWatch onEnd(ResultFetch fetch) {
    ActiveWatch watch = underWay.remove(fetch);
    return watch == null || watch.isClosed() ? null : watch;
  }

  /** How many results that are still needed are being fetched. */
  int count() {
    return (int) underWay.values().stream().filter(watch -> !watch.isClosed()).count();
  }

  /** Forgets every fetch; what the fetches still report is ignored. */
  void forgetAll() {
    underWay.clear();
  }
}
