// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when the next session of a lane may be opened: at once after a successful session, else
 * after a backoff that grows. Counts refusals in a row, and knows for how long there has been no
 * working session. Only the delivery thread uses it.
 *
 * <p>A session is <em>working</em> when it takes inputs, whatever becomes of them. It is
 * <em>successful</em> when it has finished an input, or has been open for long enough where nothing
 * else would show that.
 */
final class SessionOpener {
  private final Backoff backoff;
  private final LongSupplier nanoClock;

  /** Failures in a row, for the backoff. */
  private int failures;

  private boolean waiting;
  private long notBefore;

  /** Whether the current session, or the one that has just ended, is successful. */
  private boolean successful;

  private int tokenRefusals;
  private int refusals;

  /** Whether there has been no working session since {@link #failingSince}. */
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

  /** The session is successful: the next one is opened without a backoff. */
  void markSuccessful() {
    successful = true;
    failures = 0;
    tokenRefusals = 0;
    markWorking();
  }

  /** The session is working. */
  void markWorking() {
    failing = false;
    refusals = 0;
  }

  /**
   * fal's server goes away, or fal has refused the session after it was open. A session that was
   * not successful then counts as if there had been none, however long it was open.
   */
  void onUnavailable() {
    refusals = 0;
    failing |= failingBefore && !successful;
  }

  /** Whether the session that is open, or has just ended, is successful. */
  boolean isSuccessful() {
    return successful;
  }

  /** The session is over without a failure: the next one may be opened at once. */
  void openAtOnce() {
    successful = false;
    waiting = false;
  }

  /**
   * The session is over, or could not be opened. The next one is opened after a backoff, or at once
   * if this one was successful and fal did not ask for a wait.
   *
   * @param reason for {@link #lastReason}
   * @param retryAfter the wait that fal asked for, or null
   */
  void openLater(String reason, Duration retryAfter) {
    long now = nanoClock.getAsLong();
    if (!failing) {
      failing = true;
      failingSince = now;
    }
    lastReason = reason;
    if (successful && retryAfter == null) {
      openAtOnce();
      return;
    }
    failures++;
    successful = false;
    waiting = true;
    notBefore = now + backoff.after(failures, retryAfter).toNanos();
  }

  /**
   * fal has refused a token.
   *
   * @return whether that is the first time since a session was successful, so that a new token may
   *     be accepted
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

  /** The next refusal is the first one of a row again. */
  void resetRefusals() {
    refusals = 0;
  }

  /**
   * Whether there has been no working session for longer than an input may wait for one.
   *
   * @param takenAt when the task took the input: nano time
   */
  boolean isWithoutSessionFor(Duration limit, long takenAt) {
    long since = failingSince - takenAt > 0 ? failingSince : takenAt;
    return failing && nanoClock.getAsLong() - since >= limit.toNanos();
  }

  /** Why the last session ended or could not be opened. */
  String lastReason() {
    return lastReason;
  }
}
