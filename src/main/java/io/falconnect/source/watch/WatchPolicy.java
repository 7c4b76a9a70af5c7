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
  private static final int NOT_FOUND = 404;
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
    if (failure == null) {
      return again(progress, null, retryMillis, now);
    }
    return switch (failure.whose()) {
      case REQUEST_FOR_GOOD -> giveUp(failure);
      case ACCOUNT ->
          tolerant
              ? new Decision.GiveUp(
                  new Ending(Outcome.DENIED, failure.httpStatus(), failure.reason()))
              : new Decision.Fail(failure.reason());
      case NOBODY, REQUEST_FOR_NOW, UNKNOWN -> again(progress, failure, retryMillis, now);
    };
  }

  private static Decision giveUp(FalFailure failure) {
    return failure.httpStatus() == NOT_FOUND
        ? new Decision.GiveUp(new Ending(Outcome.NOT_FOUND, NOT_FOUND, failure.reason()))
        : new Decision.GiveUp(
            new Ending(
                Outcome.ABANDONED, failure.httpStatus(), failure.reason(), failure.errorType()));
  }

  private Decision again(AttemptHistory progress, FalFailure failure, long retryMillis, long now) {
    Duration asked = failure == null ? null : failure.retryAfter();
    if (Duration.ZERO.equals(asked)) {
      // None at all would make a busy loop: then the backoff holds.
      asked = null;
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
      return new Decision.GiveUp(
          new Ending(
              Outcome.ABANDONED,
              failure.httpStatus(),
              reason + failure.reason(),
              failure.errorType()));
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
