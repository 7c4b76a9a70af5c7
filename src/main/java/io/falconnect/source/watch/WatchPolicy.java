// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides when a watch is over, and what follows the end of an attempt. A watch is over when its
 * result is published, or its outcome if results are not fetched; when an attempt's failure ends
 * it; and when a null control record ends it.
 *
 * @param backoff the delay between attempts
 * @param retryTimeout how long a watch may fail without a break; empty for ever
 * @param tolerant whether a refused key ends the watch instead of failing the task
 * @param fetchResults whether results are fetched
 */
record WatchPolicy(
    Backoff backoff, Optional<Duration> retryTimeout, boolean tolerant, boolean fetchResults) {
  private static final int NOT_FOUND = 404;
  private static final Duration MAX_DELAY = Duration.ofHours(1);

  /** With these causes the watch is not failing: this side is slow, or wants a new stream. */
  private static final Set<Cause> NOT_FAILING = Set.of(Cause.NOT_TAKEN, Cause.ENDED);

  /** What follows the end of an attempt. */
  sealed interface Decision {
    /** Another attempt after a delay. */
    record Retry(Duration delay) implements Decision {}

    /** The watch ends. */
    record End(Ending ending) implements Decision {}

    /** The task fails. */
    record FailTask(String reason) implements Decision {}
  }

  static WatchPolicy of(WatchConfig config) {
    return new WatchPolicy(
        config.backoff(), config.retryTimeout(), config.tolerant(), config.fetchResults());
  }

  /** Whether nothing is left to do for a watch in this state. */
  boolean isOver(WatchState state) {
    return state.finished() != null && !fetchResults;
  }

  /** How a watch ends that a null control record ends. */
  Ending onNullRecord() {
    return new Ending(Outcome.CANCELLED, 0, "the watch was ended by a null control record");
  }

  /**
   * Decides what follows the end of an attempt, and counts the attempt.
   *
   * @param failure why the attempt ended, or null if nothing is wrong
   * @param reconnectDelay the delay that fal asked for by {@code retry:} in the watch's streams
   */
  Decision afterAttempt(
      AttemptHistory history, FalFailure failure, Optional<Duration> reconnectDelay) {
    if (failure == null) {
      return retry(history, Optional.empty(), reconnectDelay, Optional.empty());
    }
    return switch (failure.whose()) {
      case NOBODY, REQUEST_FOR_NOW, UNKNOWN -> retryUntilTimeout(history, failure, reconnectDelay);
      case ACCOUNT -> onRefusedKey(failure);
      case REQUEST_FOR_GOOD -> onFinalAnswer(failure);
    };
  }

  private Decision retryUntilTimeout(
      AttemptHistory history, FalFailure failure, Optional<Duration> reconnectDelay) {
    Optional<Duration> timeLeft = Optional.empty();
    if (!NOT_FAILING.contains(failure.cause())) {
      history.onFailure();
      timeLeft = retryTimeout.flatMap(history::timeLeft);
    }
    if (timeLeft.isPresent() && timeLeft.get().compareTo(Duration.ZERO) <= 0) {
      String reason = "failing for more than " + retryTimeout.get().toMillis() + " ms, at last: ";
      return abandon(reason + failure.reason(), failure);
    }
    return retry(history, Optional.ofNullable(failure.retryAfter()), reconnectDelay, timeLeft);
  }

  private Decision onRefusedKey(FalFailure failure) {
    return tolerant
        ? new Decision.End(new Ending(Outcome.DENIED, failure.httpStatus(), failure.reason()))
        : new Decision.FailTask(failure.reason());
  }

  private static Decision onFinalAnswer(FalFailure failure) {
    return failure.httpStatus() == NOT_FOUND
        ? new Decision.End(new Ending(Outcome.NOT_FOUND, NOT_FOUND, failure.reason()))
        : abandon(failure.reason(), failure);
  }

  private static Decision abandon(String reason, FalFailure failure) {
    return new Decision.End(
        new Ending(Outcome.ABANDONED, failure.httpStatus(), reason, failure.errorType()));
  }

  /**
   * Counts the attempt and chooses the delay before the next one. The delay is cut to the time that
   * is left of the retry timeout. A delay that fal asked for is not cut: one attempt is made after
   * it, the last.
   *
   * @param timeLeft empty if there is no limit
   */
  private Decision retry(
      AttemptHistory history,
      Optional<Duration> retryAfter,
      Optional<Duration> reconnectDelay,
      Optional<Duration> timeLeft) {
    int shortAttempts = history.countAttempt(backoff.max());
    // Retry-After of zero would make a busy loop: the backoff holds instead.
    Optional<Duration> asked = retryAfter.filter(wait -> !wait.isZero());
    Duration delay =
        shorter(asked.orElseGet(() -> backoff(shortAttempts, reconnectDelay)), MAX_DELAY);
    Duration least = asked.isPresent() ? delay : reconnectDelay.orElse(Duration.ZERO);
    return new Decision.Retry(
        timeLeft.map(left -> shorter(delay, longer(left, least))).orElse(delay));
  }

  /** The server's delay holds for the first reconnect, later the longer of that and the backoff. */
  private Duration backoff(int shortAttempts, Optional<Duration> reconnectDelay) {
    Duration delay = backoff.after(shortAttempts);
    return reconnectDelay
        .map(asked -> shortAttempts > 1 ? longer(delay, asked) : asked)
        .orElse(delay);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
