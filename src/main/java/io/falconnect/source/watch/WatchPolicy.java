// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What to do about the end of an attempt. Knows no clock: the time is an argument.
 *
 * @param backoff the wait between attempts
 * @param timeout how long a watch may fail without a break; empty for ever
 * @param tolerant whether a refused key ends a watch instead of failing the task
 */
public record WatchPolicy(Backoff backoff, Optional<Duration> timeout, boolean tolerant) {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** What ends a stream without its watch failing: this side's slowness, and a fresh start. */
  private static final Set<Cause> HEALTHY = Set.of(Cause.NOT_TAKEN, Cause.ENDED);

  /** What to do. */
  public sealed interface Decision {
    /** Try again after a wait. */
    record Again(Duration delay) implements Decision {}

    /** End the watch. */
    record GiveUp(Ending ending) implements Decision {}

    /** Fail the task. */
    record Fail(String reason) implements Decision {}
  }

  /**
   * Decides.
   *
   * @param progress how the watch has been faring; the end is counted in it
   * @param failure why the attempt ended, or null where nothing is wrong
   * @param retryMillis the wait that the server asked for by {@code retry:}, or -1
   * @param now nano time
   */
  public Decision decide(AttemptHistory progress, FalFailure failure, long retryMillis, long now) {
    if (failure instanceof FalFailure.NotFound) {
      return new Decision.GiveUp(new Ending(Outcome.NOT_FOUND, 404, failure.reason()));
    }
    if (failure instanceof FalFailure.Rejected rejected) {
      return new Decision.GiveUp(
          new Ending(
              Outcome.ABANDONED, rejected.httpStatus(), failure.reason(), failure.errorType()));
    }
    if (failure instanceof FalFailure.Denied denied) {
      return tolerant
          ? new Decision.GiveUp(new Ending(Outcome.DENIED, denied.httpStatus(), failure.reason()))
          : new Decision.Fail(failure.reason());
    }
    Duration asked = null;
    if (failure instanceof FalFailure.Retryable retryable) {
      // None at all would make a busy loop: then the backoff holds.
      asked = Duration.ZERO.equals(retryable.retryAfter()) ? null : retryable.retryAfter();
    }
    boolean fails = failure != null && !HEALTHY.contains(failure.cause());
    if (fails) {
      progress.failing(now);
    }
    int failures = progress.ended(now, backoff.max());
    Optional<Duration> left =
        fails ? timeout.flatMap(t -> progress.patienceLeft(now, t)) : Optional.empty();
    if (left.isPresent() && left.get().compareTo(Duration.ZERO) <= 0) {
      String reason = "failing for more than " + timeout.get().toMillis() + " ms, at last: ";
      int status = ((FalFailure.Retryable) failure).httpStatus();
      return new Decision.GiveUp(
          new Ending(Outcome.ABANDONED, status, reason + failure.reason(), failure.errorType()));
    }
    Duration wait = bounded(asked != null ? asked : wait(failures, retryMillis));
    // What fal asked for is not shortened: one attempt is made after it, and then it is over.
    Duration least = asked != null ? wait : Duration.ofMillis(Math.max(0, retryMillis));
    return new Decision.Again(left.map(l -> shorter(wait, longer(l, least))).orElse(wait));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private Duration wait(int failures, long retryMillis) {
    Duration wait = backoff.after(failures);
    if (retryMillis < 0) {
      return wait;
    }
    Duration told = Duration.ofMillis(retryMillis);
    return failures > 1 ? longer(wait, told) : told;
  }

  private static Duration bounded(Duration wait) {
    return shorter(wait, LONGEST_WAIT);
  }
}
