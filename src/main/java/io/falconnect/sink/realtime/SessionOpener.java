// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when the next session of a lane may be opened: at once after a session that has finished
 * an input, else after a backoff that grows. Counts refusals in a row, and knows for how long there
 * has been no session that works. Only the delivery thread uses it.
 */
final class SessionOpener {
  private final Backoff backoff;
  private final LongSupplier nanoClock;

  /** Failures in a row, for the backoff. */
  private int failures;

  private boolean waiting;
  private long notBefore;

  /** Whether the current session, or the last one, has finished an input. */
  private boolean inputFinished;

  private int tokenRefusals;
  private int refusals;

  /** Whether there has been no session that works since {@link #failingSince}. */
  private boolean failing;

  private boolean failingBefore;
  private long failingSince;
  private String lastReason = "";

  /**
   * Nothing was opened yet.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  SessionOpener(Backoff backoff, LongSupplier nanoClock) {
    this.backoff = backoff;
    this.nanoClock = nanoClock;
  }

  /** Whether a session may be opened now. */
  boolean isDue() {
    return !waiting || nanoClock.getAsLong() - notBefore >= 0;
  }

  /** A session is being opened. */
  void onOpening() {
    failingBefore = failing;
  }

  /** The session has finished an input: the next one is opened without a backoff. */
  void onInputFinished() {
    inputFinished = true;
    failures = 0;
    tokenRefusals = 0;
    onSessionWorks();
  }

  /** The session takes inputs, whatever becomes of them. */
  void onSessionWorks() {
    failing = false;
    refusals = 0;
  }

  /**
   * fal's server goes away. A session that has finished no input then counts as if there had been
   * none, however long it was open.
   */
  void onServerGoingAway() {
    refusals = 0;
    failing |= failingBefore && !inputFinished;
  }

  /** Whether the session has finished an input. */
  boolean hasFinishedInput() {
    return inputFinished;
  }

  /** The session is over without a failure: the next one may be opened at once. */
  void openAtOnce() {
    inputFinished = false;
    waiting = false;
  }

  /**
   * The session is over, or could not be opened. The next one is opened after a backoff; or at once
   * if this one has finished an input and fal did not ask for a wait.
   *
   * @param reason for the message of {@link #lastReason}
   * @param retryAfter the wait that fal asked for, or null
   */
  void openLater(String reason, Duration retryAfter) {
    long now = nanoClock.getAsLong();
    if (!failing) {
      failing = true;
      failingSince = now;
    }
    lastReason = reason;
    if (inputFinished && retryAfter == null) {
      openAtOnce();
      return;
    }
    failures++;
    inputFinished = false;
    waiting = true;
    notBefore = now + backoff.after(failures, retryAfter).toNanos();
  }

  /**
   * fal has refused a token.
   *
   * @return whether that is the first time since an input was finished, so that a new token may be
   *     accepted
   */
  boolean onTokenRefused() {
    tokenRefusals++;
    return tokenRefusals == 1;
  }

  /**
   * fal has refused a session.
   *
   * @return how often in a row it has done so
   */
  int onRefused() {
    refusals++;
    return refusals;
  }

  /** A session could not be opened for a reason that passes, or the refusals have had an effect. */
  void resetRefusals() {
    refusals = 0;
  }

  /**
   * Whether there has been no session that works for longer than an input may wait for one.
   *
   * @param takenAt when the task took the input: nano time
   */
  boolean isUnavailableFor(Duration limit, long takenAt) {
    long since = failingSince - takenAt > 0 ? failingSince : takenAt;
    return failing && nanoClock.getAsLong() - since >= limit.toNanos();
  }

  /** Why the last session ended or could not be opened. */
  String lastReason() {
    return lastReason;
  }
}
