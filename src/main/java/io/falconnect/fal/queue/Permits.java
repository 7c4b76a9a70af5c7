// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Permits with a lease: they limit how many openings or fetches run at once. A holder occupies one
 * permit for the lease at most. If fal has not answered by then, the next holder may start, so that
 * dead requests do not delay the others. Overdue holders are counted, and their number is bounded
 * as well. Safe for any thread.
 *
 * @param <H> what holds a permit
 */
public final class Permits<H> {
  private final int permits;
  private final int maxHolders;
  private final long leaseNanos;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();

  /** Holders within their lease, the oldest first, and when each acquired its permit: nano time. */
  private final Map<H, Long> acquiredAt = new LinkedHashMap<>();

  /** Holders whose lease has ended and that have not released. */
  private final Set<H> overdue = new HashSet<>();

  /**
   * Creates the permits; none is held.
   *
   * @param permits how many holders there may be within their lease
   * @param maxHolders how many holders there may be in all, the overdue ones included
   * @param lease how long a holder occupies its permit at most
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public Permits(int permits, int maxHolders, Duration lease, LongSupplier nanoClock) {
    this.permits = permits;
    this.maxHolders = maxHolders;
    this.leaseNanos = lease.toNanos();
    this.nanoClock = nanoClock;
  }

  /**
   * Acquires a permit if one is free, and never waits.
   *
   * @return whether the permit was acquired
   */
  public boolean tryAcquire(H holder) {
    lock.lock();
    try {
      boolean free = isFree();
      if (free) {
        acquiredAt.put(holder, nanoClock.getAsLong());
      }
      return free;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a permit is free and acquires it. With no bound on the overdue holders the wait is
   * bounded: in each lease as many waiting threads go on as there are permits.
   *
   * @param isWanted whether the holder still wants the permit; if not, it acquires none
   * @return whether the permit was acquired
   * @throws InterruptedException if the thread is interrupted; then no permit was acquired
   */
  boolean acquire(H holder, BooleanSupplier isWanted) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!isFree() && isWanted.getAsBoolean()) {
        released.await(nanosUntilLeaseEnds(), TimeUnit.NANOSECONDS);
      }
      if (!isWanted.getAsBoolean()) {
        released.signal();
        return false;
      }
      acquiredAt.put(holder, nanoClock.getAsLong());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the holder's permit. Does nothing if the holder has none. */
  public void release(H holder) {
    lock.lock();
    try {
      acquiredAt.remove(holder);
      overdue.remove(holder);
      released.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Returns every permit. */
  public void releaseAll() {
    lock.lock();
    try {
      acquiredAt.clear();
      overdue.clear();
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFree() {
    if (acquiredAt.size() >= permits) {
      moveOverdue();
    }
    return acquiredAt.size() < permits && acquiredAt.size() + overdue.size() < maxHolders;
  }

  private void moveOverdue() {
    long now = nanoClock.getAsLong();
    Iterator<Map.Entry<H, Long>> oldest = acquiredAt.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<H, Long> holder = oldest.next();
      if (now - holder.getValue() < leaseNanos) {
        return;
      }
      overdue.add(holder.getKey());
      oldest.remove();
    }
  }

  /** Until the oldest lease ends; a whole lease if only a release can free a permit. */
  private long nanosUntilLeaseEnds() {
    if (acquiredAt.size() < permits) {
      return leaseNanos;
    }
    long oldest = acquiredAt.values().iterator().next();
    return leaseNanos - (nanoClock.getAsLong() - oldest);
  }
}
