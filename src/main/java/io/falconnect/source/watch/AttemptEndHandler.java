// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.StatusStream;
import io.falconnect.source.watch.WatchPolicy.Decision;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Does what follows the end of an attempt, which is a stream or the fetch of a result: schedules
 * another attempt, closes the watch, or notes that fal refused it. Owned by the task thread.
 */
final class AttemptEndHandler {
  private final WatchPolicy policy;
  private final OutcomePolicy outcomes;
  private final AttemptScheduler attempts;
  private final WatchCloser closer;
  private final AccountAccess<ActiveWatch> access;
  private final WatchMetrics metrics;
  private final RateLimitedLog failureLog;
  private final LongSupplier nanoClock;

  AttemptEndHandler(
      WatchPolicy policy,
      OutcomePolicy outcomes,
      AttemptScheduler attempts,
      WatchCloser closer,
      AccountAccess<ActiveWatch> access,
      WatchMetrics metrics,
      RateLimitedLog failureLog,
      LongSupplier nanoClock) {
    this.policy = policy;
    this.outcomes = outcomes;
    this.attempts = attempts;
    this.closer = closer;
    this.access = access;
    this.metrics = metrics;
    this.failureLog = failureLog;
    this.nanoClock = nanoClock;
  }

  /** fal answered a fetch with a result, or with the final answer that there is none. */
  void onResult(ActiveWatch watch, FalResult result) {
    Optional<Duration> delay =
        result.isMissing() ? policy.retryMissing(watch.history) : Optional.empty();
    if (result.isMissing()) {
      access.onEnd(watch);
    } else {
      access.onAccepted(watch);
    }
    if (delay.isPresent()) {
      attempts.schedule(watch, delay.get());
      return;
    }
    metrics.noteResultAge(Duration.ofNanos(nanoClock.getAsLong() - watch.completedAt));
    closer.closeWithResult(watch, result);
  }

  /** A fetch failed. */
  void onFetchFailure(ActiveWatch watch, FalFailure failure) {
    onAttemptEnd(watch, failure, Optional.empty());
  }

  /**
   * A stream ended.
   *
   * @param failure why the stream ended, or null if the server ended it cleanly
   */
  void onStreamEnd(LiveStream live, StatusStream stream, FalFailure failure) {
    AttemptHistory history = live.watch.history;
    // The time that a stream waited for its permit is not part of the attempt.
    history.startAttempt(stream.startedAt());
    history.noteReconnectDelay(stream.retryMillis());
    history.noteAnswer(stream.isOpen() || failure == null || failure.httpStatus() > 0);
    if (failure == null && live.unknownLastStatus() != null) {
      Decision decision =
          policy.afterUnknownEnd(history, live.unknownLastStatus(), history.reconnectDelay());
      follow(live.watch, decision, null);
    } else {
      onAttemptEnd(live.watch, live.judgeEnd(failure), history.reconnectDelay());
    }
  }

  private void onAttemptEnd(
      ActiveWatch watch, FalFailure failure, Optional<Duration> reconnectDelay) {
    if (failure != null) {
      metrics.countError(failure.cause());
    }
    follow(watch, policy.afterAttempt(watch.history, failure, reconnectDelay), failure);
  }

  /** Does what was decided after an attempt; the failure is null if nothing is wrong. */
  private void follow(ActiveWatch watch, Decision decision, FalFailure failure) {
    if (decision instanceof Decision.AwaitAccess) {
      access.onRefused(watch, failure);
      return;
    }
    access.onEnd(watch);
    if (decision instanceof Decision.Retry retry) {
      // A stream that was cut to get the present status has not failed.
      if (failure != null && failure.cause() != Cause.ENDED) {
        metrics.countRetry();
        failureLog.warn("Trying again: " + watch + ": " + failure.reason());
      }
      if (!outcomes.needsResult(watch)) {
        metrics.countReconnect(failure == null ? Cause.ENDED : failure.cause());
      }
      attempts.schedule(watch, retry.delay());
    } else if (decision instanceof Decision.End end) {
      closer.closeWithEnding(watch, end.ending());
    }
  }
}
