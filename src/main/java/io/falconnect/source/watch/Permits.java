// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Places for what is waited for. One that is kept waiting longer than a lease keeps no place, so
 * that it delays nobody, up to a number of those too. Knows no clock: nano times are arguments.
 *
 * @param <T> what takes places
 */
final class Permits<T> {
  private final int places;
  private final int most;
  private final long leaseNanos;
  private final Map<T, Long> since = new HashMap<>();

  /**
   * All free.
   *
   * @param places how many there are
   * @param most how many may be waited for at once, with those whose lease is over
   */
  Permits(int places, int most, Duration lease) {
    this.places = places;
    this.most = most;
    this.leaseNanos = lease.toNanos();
  }

  boolean isFree(long now) {
    return since.size() < places
        || since.size() < most
            && since.values().stream().filter(at -> now - at < leaseNanos).count() < places;
  }

  void take(T one, long now) {
    since.put(one, now);
  }

  void leave(T one) {
    since.remove(one);
  }

  void clear() {
    since.clear();
  }
}
