// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: exponential, capped, with jitter. Stateless.
 *
 * @param base the wait before the second attempt
 * @param max the longest wait
 */
public record Backoff(Duration base, Duration max) {
  private static final Duration LONGEST_ASKED = Duration.ofHours(1);

  /**
   * What fal asked for, up to an hour; else, and where it asked for no wait at all, which would
   * make a busy loop, as {@link #after(int)}.
   *
   * @param failures at least 1
   * @param asked null for nothing
   */
  public Duration after(int failures, Duration asked) {
    Duration wait = asked == null || asked.isZero() ? after(failures) : asked;
    return wait.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : wait;
  }

  /**
   * The wait after a number of failures in a row: between half and the whole of {@code base *
   * 2^(failures - 1)}, at most {@code max}, so that many streams that broke together do not come
   * back together.
   *
   * @param failures at least 1
   */
  public Duration after(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 30);
    long cap = Math.max(1, Math.min(max.toMillis(), base.toMillis() << doublings));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong((cap + 1) / 2, cap + 1));
  }
}
