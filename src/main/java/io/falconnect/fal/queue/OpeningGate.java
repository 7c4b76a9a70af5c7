// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits how many streams are being opened at once, so that a restart with thousands of watches
 * does not dial thousands of connections in one burst. An opening that the server leaves unanswered
 * keeps its place for a short lease only: dead requests must not delay the others. Entered on the
 * streams' own threads, so that openings go on however busy the task thread is.
 */
final class OpeningGate {
  private final int places;
  private final long leaseNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Object, Long> openings = new HashMap<>();

  /**
   * An empty gate.
   *
   * @param places how many may be inside at once
   * @param lease how long one may stay, before its place is another's
   */
  OpeningGate(int places, Duration lease) {
    this.places = places;
    this.leaseNanos = lease.toNanos();
  }

  /**
   * Waits for a place. The wait is bounded: in each lease as many come in as there are places.
   *
   * @param wanted asked when it is its turn; one that is not wanted any more takes no place
   * @return whether it is inside
   * @throws InterruptedException when the thread is interrupted; then it is not inside
   */
  boolean enter(Object opening, BooleanSupplier wanted) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long wait = untilAPlaceIsFree();
      while (wait > 0 && wanted.getAsBoolean()) {
        changed.awaitNanos(wait);
        wait = untilAPlaceIsFree();
      }
      if (!wanted.getAsBoolean()) {
        changed.signal();
        return false;
      }
      openings.put(opening, System.nanoTime());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the place back, if it is still held. */
  void leave(Object opening) {
    lock.lock();
    try {
      openings.remove(opening);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private long untilAPlaceIsFree() {
    if (openings.size() < places) {
      return 0;
    }
    long now = System.nanoTime();
    openings.values().removeIf(since -> now - since >= leaseNanos);
    if (openings.size() < places) {
      return 0;
    }
    long oldest = openings.values().stream().mapToLong(since -> now - since).max().orElse(0);
    return leaseNanos - oldest;
  }
}
