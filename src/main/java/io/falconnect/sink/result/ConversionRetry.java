// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a record is converted again whose converter has failed for a reason that may pass, such as a
 * schema registry that is away. Only the delivery thread uses it.
 */
final class ConversionRetry {
  private final Backoff backoff;
  private final Optional<Duration> limit;
  private final LongSupplier nanoClock;
  private int failures;
  private long failingSince;
  private long retryAt;

  /**
   * No failure.
   *
   * @param limit how long a record may fail; empty without a limit
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  ConversionRetry(Backoff backoff, Optional<Duration> limit, LongSupplier nanoClock) {
    this.backoff = backoff;
    this.limit = limit;
    this.nanoClock = nanoClock;
  }

  /** Whether the next attempt is not due yet. */
  boolean isWaiting() {
    return failures > 0 && nanoClock.getAsLong() - retryAt < 0;
  }

  /**
   * An attempt has failed. The wait begins now: a registry that hangs has already taken its time.
   *
   * @param startedAt when the attempt started: nano time
   * @return whether another attempt follows
   */
  boolean onFailure(long startedAt) {
    long now = nanoClock.getAsLong();
    failingSince = failures == 0 ? startedAt : failingSince;
    failures++;
    retryAt = now + backoff.after(failures).toNanos();
    long failingFor = now - failingSince;
    return limit.isEmpty() || failingFor < limit.get().toNanos();
  }

  /** A record was converted, or can never be. */
  void onSuccess() {
    failures = 0;
  }
}
