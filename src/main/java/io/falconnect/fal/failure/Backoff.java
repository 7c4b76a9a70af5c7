// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The wait before the next attempt: exponential, with an upper limit and with jitter. Immutable.
 *
 * @param base the wait before the second attempt
 * @param max the longest wait
 */
public record Backoff(Duration base, Duration max) {
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  /**
   * The wait that fal asked for, but at most an hour. Without such a wait as {@link #after(int)};
   * also if fal asked for zero, because attempts without a wait would be a busy loop.
   *
   * @param failures how many attempts have failed in a row, at least 1
   * @param retryAfter the wait that fal asked for, or null
   */
  public Duration after(int failures, Duration retryAfter) {
    Duration wait = retryAfter == null || retryAfter.isZero() ? after(failures) : retryAfter;
    return wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait;
  }

  /**
   * A wait that fal asked for, and up to a quarter more, at least up to {@link #base}: many that
   * were told the same do not come back together.
   */
  public Duration spread(Duration asked) {
    long range = Math.max(asked.toMillis() / 4, base.toMillis());
    return asked.plusMillis(ThreadLocalRandom.current().nextLong(range + 1));
  }

  /**
   * A random wait between half and the whole of {@code base * 2^(failures - 1)}, at most {@code
   * max}. It is random so that many streams that broke together do not all reconnect together.
   *
   * @param failures how many attempts have failed in a row, at least 1
   */
  public Duration after(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 30);
    long cap = Math.max(1, Math.min(max.toMillis(), base.toMillis() << doublings));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong((cap + 1) / 2, cap + 1));
  }
}
