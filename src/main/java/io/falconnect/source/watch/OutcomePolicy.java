// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.RequestPhase;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.time.Duration;

/**
 * Decides when a watch is over, and with which outcome. A watch is over when its result is
 * published, or its outcome if results are not fetched. What follows a failed attempt is decided by
 * {@link WatchPolicy}.
 *
 * @param fetchResults whether results are published
 * @param resultDecides whether the result of a completed request decides its outcome
 */
record OutcomePolicy(boolean fetchResults, boolean resultDecides) {
  static OutcomePolicy of(WatchConfig config) {
    return new OutcomePolicy(config.fetchResults(), config.resultDecides());
  }

  /** Whether nothing is left to do for a watch in this state. */
  boolean isOver(WatchState state) {
    return state.finished() != null && (!fetchResults || state.finished() == Outcome.CANCELLED);
  }

  /** Whether the next attempt of a watch is a fetch of its result, and not a stream. */
  boolean needsResult(ActiveWatch watch) {
    return watch.state().finished() != null || resultDecides && watch.isCompletedWithoutOutcome();
  }

  /** Whether only the result says the outcome of a request in that phase. */
  boolean waitsForResult(RequestPhase phase) {
    return resultDecides && phase == RequestPhase.COMPLETED;
  }

  /** The outcome that a status says, or null if the watch goes on. */
  Outcome outcomeOf(RequestPhase phase) {
    return switch (phase) {
      case UNFINISHED, UNKNOWN -> null;
      case COMPLETED -> Outcome.SUCCEEDED;
      case FAILED -> Outcome.FAILED;
      case CANCELLED -> Outcome.CANCELLED;
    };
  }

  /** The same update, with an error in words if only its status says that the request ended so. */
  StatusUpdate explainEnd(StatusUpdate update) {
    boolean isBare = update.error() == null && update.errorType() == null;
    return switch (update.phase()) {
      case FAILED, CANCELLED ->
          isBare ? update.withError("fal ended the request as " + update.status(), null) : update;
      case UNFINISHED, UNKNOWN, COMPLETED -> update;
    };
  }

  /** How a watch ends whose result decides. */
  Ending onResult(FalResult result) {
    if (result.isOutput()) {
      return new Ending(Outcome.SUCCEEDED, result.httpStatus(), null);
    }
    if (result.isMissing()) {
      String reason =
          "fal has no result of this completed request: results expire. " + result.error();
      return new Ending(Outcome.NOT_FOUND, result.httpStatus(), reason);
    }
    Outcome outcome =
        RequestPhase.isCancellation(result.errorType()) ? Outcome.CANCELLED : Outcome.FAILED;
    return new Ending(outcome, result.httpStatus(), result.error(), result.errorType());
  }

  /** How a watch ends that a null control record ends. */
  Ending onNullRecord() {
    return new Ending(Outcome.CANCELLED, 0, "the watch was ended by a null control record");
  }

  /** How a watch ends that is too old. */
  static Ending onMaxAge(Duration maxAge) {
    String reason = "the watch is older than " + maxAge.toMillis() + " ms (status.max.age.ms)";
    return new Ending(Outcome.ABANDONED, 0, reason);
  }
}
