// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The one request that is tried while others are refused, and when the next one may be tried. Used
 * by one thread.
 *
 * @param <R> a request
 */
final class Probe<R> {
  private final Backoff backoff;
  private final LongSupplier nanoClock;
  private R current;
  private int refusals;
  private long nextAt;

  /** Nothing is tried. */
  Probe(Backoff backoff, LongSupplier nanoClock) {
    this.backoff = backoff;
    this.nanoClock = nanoClock;
    this.nextAt = nanoClock.getAsLong();
  }

  /** Whether no request is being tried. */
  boolean isNone() {
    return current == null;
  }

  /** Whether a request may be tried now. */
  boolean isDue() {
    return current == null && nanoClock.getAsLong() - nextAt >= 0;
  }

  /** A request is tried. */
  void start(R request) {
    current = request;
  }

  /** A request has ended; returns whether it was the one that is tried. */
  boolean end(R request) {
    boolean wasCurrent = request.equals(current);
    current = wasCurrent ? null : current;
    return wasCurrent;
  }

  /**
   * The account is refused once more: the wait before the next request grows.
   *
   * @param retryAfter the wait that fal asked for, or null
   */
  void onRefused(Duration retryAfter) {
    refusals++;
    nextAt = nanoClock.getAsLong() + backoff.after(refusals, retryAfter).toNanos();
  }

  /** The request that was tried says nothing: the next one is tried after another wait. */
  void delayNext() {
    nextAt = nanoClock.getAsLong() + backoff.after(Math.max(1, refusals)).toNanos();
  }

  /** The account is not refused any more. */
  void reset() {
    current = null;
    refusals = 0;
  }
}
