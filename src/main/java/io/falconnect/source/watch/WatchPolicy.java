// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what follows the end of an attempt: another attempt after a delay, the end of the watch,
 * or that {@link AccountAccess} decides. Whether a watch is over by what fal says is decided by
 * {@link OutcomePolicy}.
 *
 * @param backoff the delay between attempts
 * @param retryTimeout how long a watch may fail without a break; empty for ever
 */
record WatchPolicy(Backoff backoff, Optional<Duration> retryTimeout) {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final Duration MAX_DELAY = Duration.ofHours(1);

  /** How long an error of a result lasts until it counts as the request's own. */
  private static final Duration ERROR_DURATION = Duration.ofSeconds(10);

  /** With these causes the watch is not failing: this side is slow, or wants a new stream. */
  private static final Set<Cause> NOT_FAILING = Set.of(Cause.NOT_TAKEN, Cause.ENDED);

  /** What follows the end of an attempt. */
  sealed interface Decision {
    /** Another attempt after a delay. */
    record Retry(Duration delay) implements Decision {}

    /** The watch ends. */
    record End(Ending ending) implements Decision {}

    /** {@link AccountAccess} decides whose the refusal is, and when the next attempt is made. */
    record AwaitAccess() implements Decision {}
  }

  static WatchPolicy of(WatchConfig config) {
    return new WatchPolicy(config.backoff(), config.retryTimeout());
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
      case ACCOUNT -> onRefusal(history);
      case REQUEST_FOR_GOOD -> onFinalAnswer(history, failure);
    };
  }

  /**
   * Decides what follows after fal ended a stream whose last status is not known here, and counts
   * the attempt.
   */
  Decision afterUnknownEnd(
      AttemptHistory history, String status, Optional<Duration> reconnectDelay) {
    if (history.confirmUnknownEnd(status)) {
      String reason = "fal ended the stream three times with the unknown status " + status;
      return new Decision.End(new Ending(Outcome.ABANDONED, 0, reason));
    }
    return afterAttempt(history, null, reconnectDelay);
  }

  private Decision retryUntilTimeout(
      AttemptHistory history, FalFailure failure, Optional<Duration> reconnectDelay) {
    if (mayBeOwnError(failure)) {
      if (history.confirmError(ERROR_DURATION)) {
        return new Decision.End(
            new Ending(
                Outcome.FAILED, failure.httpStatus(), failure.reason(), failure.errorType()));
      }
    } else {
      history.forgetError();
    }
    Optional<Duration> timeLeft = Optional.empty();
    if (failure.cause().isThrottle()) {
      history.onThrottled();
    } else if (!NOT_FAILING.contains(failure.cause())) {
      history.onFailure();
      timeLeft = retryTimeout.flatMap(history::timeLeft);
    }
    if (timeLeft.isPresent() && timeLeft.get().compareTo(Duration.ZERO) <= 0) {
      String reason = "failing for more than " + retryTimeout.get().toMillis() + " ms, at last: ";
      return abandon(reason + failure.reason(), failure);
    }
    Optional<Duration> retryAfter = Optional.ofNullable(failure.retryAfter());
    return retry(history, retryAfter, reconnectDelay, timeLeft);
  }

  /** Only a result is judged like that: see {@link FailureClassifier#judgeResult}. */
  private static boolean mayBeOwnError(FalFailure failure) {
    return failure.whose() == Whose.REQUEST_FOR_NOW && failure.httpStatus() >= 500;
  }

  private static Decision onRefusal(AttemptHistory history) {
    history.onThrottled();
    return new Decision.AwaitAccess();
  }

  /**
   * How a watch ends whose request fal refuses while it takes others.
   *
   * @param isResult whether the result was refused: with 403 that is the error of the request
   */
  static Ending onOwnRefusal(FalFailure failure, boolean isResult) {
    Outcome outcome =
        isResult && failure.httpStatus() == FORBIDDEN ? Outcome.FAILED : Outcome.DENIED;
    return new Ending(outcome, failure.httpStatus(), failure.reason(), failure.errorType());
  }

  private Decision onFinalAnswer(AttemptHistory history, FalFailure failure) {
    if (failure.httpStatus() != NOT_FOUND) {
      return abandon(failure.reason(), failure);
    }
    Optional<Duration> delay = retryMissing(history);
    return delay.isPresent()
        ? new Decision.Retry(delay.get())
        : new Decision.End(new Ending(Outcome.NOT_FOUND, NOT_FOUND, failure.reason()));
  }

  /**
   * The delay after fal did not find a request or its result; empty if that is final. A request
   * that was just submitted may not be known everywhere yet.
   */
  Optional<Duration> retryMissing(AttemptHistory history) {
    return history
        .graceLeft()
        .map(left -> shorter(backoff.after(history.countAttempt(backoff.max())), left));
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
        asked
            .map(wait -> backoff.spread(shorter(wait, MAX_DELAY)))
            .orElseGet(() -> shorter(backoff(shortAttempts, reconnectDelay), MAX_DELAY));
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
