// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How the attempts of one watch went: the streams that were opened and the fetches of the result.
 * Owned by the task thread.
 */
final class AttemptHistory {
  private static final int CONFIRMATIONS = 3;

  private final LongSupplier nanoClock;
  private long attemptStartedAt;
  private int shortAttempts;
  private boolean failing;
  private long failingSince;
  private Optional<Long> graceUntil = Optional.empty();
  private int errors;
  private long errorsSince;
  private String unknownEnd;
  private int unknownEnds;
  private Optional<Duration> reconnectDelay = Optional.empty();
  private boolean unanswered;

  /** Starts without an attempt. */
  AttemptHistory(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Notes when the attempt that runs now started.
   *
   * @param startedAt nano time
   */
  void startAttempt(long startedAt) {
    attemptStartedAt = startedAt;
  }

  /**
   * fal sent a status: the watch is not failing any more.
   *
   * @param isNew whether it differs from the last one; only then the next reconnect may come soon
   */
  void onStatus(boolean isNew) {
    failing = false;
    if (isNew) {
      shortAttempts = 0;
    }
  }

  /**
   * The result URL answered with an error that may be the request's own.
   *
   * @param least how long the error has to last
   * @return whether the same has been answered three times in a row, for so long
   */
  boolean confirmError(Duration least) {
    if (errors++ == 0) {
      errorsSince = nanoClock.getAsLong();
    }
    return errors >= CONFIRMATIONS && nanoClock.getAsLong() - errorsSince >= least.toNanos();
  }

  /** The result URL answered something else. */
  void forgetError() {
    errors = 0;
  }

  /**
   * fal ended a stream after a status that is not known here.
   *
   * @return whether that has happened three times in a row
   */
  boolean confirmUnknownEnd(String status) {
    unknownEnds = status.equals(unknownEnd) ? unknownEnds + 1 : 1;
    unknownEnd = status;
    return unknownEnds >= CONFIRMATIONS;
  }

  /** A stream had a status that is known. */
  void forgetUnknownEnd() {
    unknownEnd = null;
    unknownEnds = 0;
  }

  /**
   * Starts the time in which a request may be unknown to fal because it was just submitted.
   *
   * @param grace how long that is
   */
  void startGrace(Duration grace) {
    graceUntil = Optional.of(nanoClock.getAsLong() + grace.toNanos());
  }

  /** What is left of that time; empty if it is over. */
  Optional<Duration> graceLeft() {
    return graceUntil
        .map(until -> Duration.ofNanos(until - nanoClock.getAsLong()))
        .filter(left -> left.compareTo(Duration.ZERO) > 0);
  }

  /** An attempt failed because too much is under way: the watch is not failing. */
  void onThrottled() {
    failing = false;
  }

  /** A stream is alive, although it has sent no status: the watch is not failing. */
  void onAlive() {
    failing = false;
  }

  /** An attempt failed: from the first failure on the time counts towards the retry timeout. */
  void onFailure() {
    if (!failing) {
      failing = true;
      failingSince = nanoClock.getAsLong();
    }
  }

  /**
   * Counts the end of an attempt. The count starts anew with an attempt that lasted long: the
   * backoff is for attempts that end soon.
   *
   * @param longAttempt the least duration of an attempt that lasted long
   * @return how many attempts in a row ended soon, this one included; at least 1
   */
  int countAttempt(Duration longAttempt) {
    if (nanoClock.getAsLong() - attemptStartedAt >= longAttempt.toNanos()) {
      shortAttempts = 0;
    }
    return ++shortAttempts;
  }

  /** Notes whether fal answered the last attempt to open a stream. */
  void noteAnswer(boolean isAnswered) {
    unanswered = !isAnswered;
  }

  /** Whether fal did not answer the last attempt to open a stream. */
  boolean wasUnanswered() {
    return unanswered;
  }

  /**
   * Notes what a stream said in {@code retry:}. The delay holds until a stream says another.
   *
   * @param millis the delay before a reconnect, or -1 if the stream said none
   */
  void noteReconnectDelay(long millis) {
    if (millis >= 0) {
      reconnectDelay = Optional.of(Duration.ofMillis(millis));
    }
  }

  /** The delay before a reconnect that fal last asked for by {@code retry:}. */
  Optional<Duration> reconnectDelay() {
    return reconnectDelay;
  }

  /**
   * Excludes a time in which the task made no attempts from the time that the watch has been
   * failing.
   */
  void excludePause(Duration pause) {
    failingSince += pause.toNanos();
  }

  /** What is left of the retry timeout, zero or less if it is over; empty if nothing fails. */
  Optional<Duration> timeLeft(Duration retryTimeout) {
    return failing
        ? Optional.of(retryTimeout.minusNanos(nanoClock.getAsLong() - failingSince))
        : Optional.empty();
  }
}
