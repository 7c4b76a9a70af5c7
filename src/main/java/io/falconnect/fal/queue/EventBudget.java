// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits the memory of the events that streams are reading, and of those they have read and could
 * not hand over yet. If nothing is left, one stream alone may exceed the limit until it has handed
 * over its event. Otherwise all streams could wait for each other in the middle of their events.
 * Safe for any thread.
 */
final class EventBudget {
  /** How often a waiting stream looks whether it was cut. */
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final long maxBytes;
  private final long patienceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private long used;

  /** The stream that may exceed the limit, or null. */
  private Object exceeding;

  /**
   * A budget of which nothing is used.
   *
   * @param patience how long a stream waits for memory
   */
  EventBudget(long maxBytes, Duration patience) {
    this.maxBytes = maxBytes;
    this.patienceNanos = patience.toNanos();
  }

  /**
   * Waits until so many more bytes may be used.
   *
   * @param isWanted whether the stream still wants them; if not, it gets none
   * @return whether the bytes may be used
   * @throws InterruptedException if the thread is interrupted; then the stream gets none
   */
  boolean acquire(Object stream, long bytes, BooleanSupplier isWanted) throws InterruptedException {
    long begin = System.nanoTime();
    lock.lockInterruptibly();
    try {
      while (!isFree(stream, bytes)) {
        long left = patienceNanos - (System.nanoTime() - begin);
        if (left <= 0 || !isWanted.getAsBoolean()) {
          return false;
        }
        released.await(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
      }
      used += bytes;
      if (used > maxBytes) {
        exceeding = stream;
      } else {
        released.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFree(Object stream, long bytes) {
    return used + bytes <= maxBytes || exceeding == null || exceeding == stream;
  }

  /** Returns all bytes that a stream uses. */
  void release(Object stream, long bytes) {
    lock.lock();
    try {
      used -= bytes;
      if (exceeding == stream) {
        exceeding = null;
      }
      released.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes are used now. */
  long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }
}
