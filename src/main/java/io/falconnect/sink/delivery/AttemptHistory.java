// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

/**
 * How the attempts at one input went: how many failed, how many of these failures are certainly its
 * own, and for how long it has been failing. Only the delivery thread uses it. Times are nano
 * times.
 */
public final class AttemptHistory {
  private int attempts;
  private int failures;
  private int certainFailures;
  private boolean failing;
  private long failingSince;
  private boolean retryTimedOut;
  private boolean isolated;
  private boolean streaming;
  private long streamingSince;
  private long headWait;
  private long sentBytes;

  /** An attempt starts. */
  void startAttempt() {
    attempts++;
    streaming = false;
  }

  /**
   * fal has begun to stream its answer to this attempt: the time until the stream ends or falls
   * silent does not count as failing.
   */
  public void onStreamOpened(long now) {
    streaming = true;
    streamingSince = now;
  }

  /**
   * The attempt has failed.
   *
   * @param certain whether it is known that this input was the cause
   * @param silentNanos how much of a stream's time at its end was silence, which counts as failing
   * @return for how long the input has been failing, in nanoseconds: 0 for its first failure
   */
  public long addFailure(boolean certain, long now, long silentNanos) {
    failures++;
    certainFailures += certain ? 1 : 0;
    headWait = 0;
    if (!failing) {
      failing = true;
      failingSince = now;
    } else if (streaming) {
      failingSince += Math.max(0, now - silentNanos - streamingSince);
    }
    streaming = false;
    return now - failingSince;
  }

  /** The attempt was put off because too much is under way: the input is not failing. */
  public void onThrottled() {
    failures++;
    failing = false;
    streaming = false;
  }

  /** Whether the present attempt is not the first. */
  public boolean isRetry() {
    return attempts > 1;
  }

  /** How many attempts have failed. */
  public int failures() {
    return failures;
  }

  /** The input has been failing for as long as it may: its next certain failure is the last. */
  public void onRetryTimeout() {
    retryTimedOut = true;
  }

  /** The input may be the cause of a failure: its next attempts are made alone on a session. */
  public void isolate() {
    isolated = true;
  }

  /** Whether the next attempt has to be made with no other input on the session. */
  public boolean needsOwnSession(int maxAttempts) {
    return isolated || retryTimedOut || failures >= Math.max(1, maxAttempts - 1);
  }

  /** Whether no further attempt is to be made: too many certain failures, or for too long. */
  public boolean isExhausted(int maxAttempts) {
    return certainFailures >= maxAttempts || retryTimedOut && certainFailures > 0;
  }

  /** Adds the time for which it was the oldest unanswered input of a session that has ended. */
  public void addHeadWait(long nanos) {
    headWait += nanos;
  }

  /** The sum of these times since the last failure, in nanoseconds. */
  public long headWait() {
    return headWait;
  }

  /**
   * The input was handed to a session.
   *
   * @param sessionBytes how many bytes the session had been given by then, this input included
   */
  public void markSent(long sessionBytes) {
    sentBytes = sessionBytes;
  }

  /** How many bytes the session had been given when the input was sent, the input included. */
  public long sentBytes() {
    return sentBytes;
  }
}
