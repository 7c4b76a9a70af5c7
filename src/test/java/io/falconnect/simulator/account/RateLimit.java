// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import java.util.concurrent.TimeUnit;

/** A limit of requests in each second of the clock. Lives on the event loop. */
public final class RateLimit {
  private final int perSecond;
  private long second;
  private int used;

  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  boolean tryAcquire() {
    if (perSecond == 0) {
      return true;
    }
    long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    if (now != second) {
      second = now;
      used = 0;
    }
    return ++used <= perSecond;
  }
}
