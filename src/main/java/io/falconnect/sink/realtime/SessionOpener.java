// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when the next session of a lane may be opened: at once after a successful session, else
 * after a backoff that grows. Knows for how long there has been no working session. Only the
 * delivery thread uses it.
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

  /** Whether the last session was refused. */
  private boolean refused;

  /** Whether no session may be opened, because fal refuses the account. */
  private boolean held;

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
    return !held && (!waiting || nanoClock.getAsLong() - notBefore >= 0);
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
  }

  /**
   * fal's server goes away, or fal has refused the session after it was open. A session that was
   * not successful then counts as if there had been none, however long it was open.
   */
  void onUnavailable() {
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
   * @param failure why
   * @param reason for {@link #lastReason}
   */
  void openLater(FalFailure failure, String reason) {
    Duration retryAfter = failure.retryAfter();
    long now = nanoClock.getAsLong();
    refused = isRefusal(failure);
    if (failure.cause().isThrottle()) {
      failing = false;
    } else if (!failing) {
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
    Duration wait = backoff.after(failures, retryAfter);
    notBefore = now + (retryAfter == null ? wait : backoff.spread(wait)).toNanos();
  }

  private static boolean isRefusal(FalFailure failure) {
    return switch (failure.whose()) {
      case ACCOUNT, REQUEST_FOR_GOOD -> true;
      case NOBODY, REQUEST_FOR_NOW, UNKNOWN -> failure.cause() == Cause.DENIED;
    };
  }

  /** No session is opened until {@link #release}. */
  void hold() {
    held = true;
  }

  /** Sessions may be opened again. */
  void release() {
    held = false;
  }

  /** Whether sessions may be opened, though perhaps after a wait. */
  boolean isReleased() {
    return !held;
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

  /** Whether fal has refused the last session. */
  boolean isRefused() {
    return refused;
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
