// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.source.state.Ending;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes watches with their result, or because of a failure, a null control record or their age.
 * Owned by the task thread.
 */
final class WatchCloser {
  private static final Logger LOG = LoggerFactory.getLogger(WatchCloser.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final OutcomePolicy outcomes;
  private final LiveStreams streams;
  private final OpenWatches watches;
  private final Completions completions;
  private final RateLimitedLog log;

  WatchCloser(
      OutcomePolicy outcomes,
      LiveStreams streams,
      OpenWatches watches,
      Completions completions,
      LongSupplier nanoClock) {
    this.outcomes = outcomes;
    this.streams = streams;
    this.watches = watches;
    this.completions = completions;
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  /** Closes a watch because of a null control record. */
  void cancel(ActiveWatch watch) {
    completions.publish(watch);
    closeUncompleted(watch, outcomes.onNullRecord());
  }

  /** Closes a watch with the result of its request. */
  void closeWithResult(ActiveWatch watch, FalResult result) {
    if (watch.isCompletedWithoutOutcome()) {
      completions.publishOutcome(watch, outcomes.onResult(result));
    }
    if (!watch.isClosed()) {
      watches.closeWithResult(watch, result);
    }
  }

  /**
   * Closes a watch because of a failure or its age. A completed request has a result record in any
   * case, if results are published.
   */
  void closeWithEnding(ActiveWatch watch, Ending ending) {
    if (!outcomes.needsResult(watch)) {
      closeUncompleted(watch, ending);
      return;
    }
    log.info("Ended without a result: %s: %s".formatted(watch, ending.reason()));
    if (watch.isCompletedWithoutOutcome()) {
      completions.publishOutcome(watch, ending);
    }
    if (!watch.isClosed()) {
      watches.closeWithoutResult(watch, ending);
    }
  }

  private void closeUncompleted(ActiveWatch watch, Ending ending) {
    log.info("Ended as %s: %s: %s".formatted(ending.outcome(), watch, ending.reason()));
    streams.cut(watch);
    watches.closeUncompleted(watch, ending);
  }
}
