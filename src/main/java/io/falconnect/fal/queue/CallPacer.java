// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Starts calls in their order, only some of them at once: the next one starts when one is released.
 * A call holds its permit for the lease at most. If fal has not answered by then, the next call may
 * start, so that dead requests do not delay the others. No thread waits here. Safe for any thread.
 *
 * @param <C> a call
 */
final class CallPacer<C> {
  private final int permits;
  private final long leaseNanos;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Waiting<C>> waiting = new ArrayDeque<>();

  /** Calls within their lease, the oldest first, and when each was started: nano time. */
  private final Map<C, Long> startedAt = new LinkedHashMap<>();

  private record Waiting<C>(C call, Runnable starter) {}

  /**
   * Creates a pacer without calls.
   *
   * @param permits how many calls there may be within their lease
   * @param lease how long a call holds its permit at most
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  CallPacer(int permits, Duration lease, LongSupplier nanoClock) {
    this.permits = permits;
    this.leaseNanos = lease.toNanos();
    this.nanoClock = nanoClock;
  }

  /**
   * Starts a call when those before it are started and a permit is free.
   *
   * @param starter starts the call and returns at once; runs on this thread or on the one that
   *     frees the permit
   */
  void start(C call, Runnable starter) {
    lock.lock();
    try {
      waiting.add(new Waiting<>(call, starter));
    } finally {
      lock.unlock();
    }
    startNext();
  }

  /** How many calls wait to be started. */
  int countWaiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Frees the call's permit, if it has one, and starts the next call. */
  void release(C call) {
    lock.lock();
    try {
      startedAt.remove(call);
    } finally {
      lock.unlock();
    }
    startNext();
  }

  /**
   * Starts the calls that permits are free for. To be called several times a second, because nobody
   * is told that a lease ends.
   */
  void startNext() {
    takeNext().forEach(next -> next.starter.run());
  }

  private List<Waiting<C>> takeNext() {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return List.of();
      }
      removeOverdue();
      List<Waiting<C>> next = new ArrayList<>();
      while (!waiting.isEmpty() && startedAt.size() < permits) {
        Waiting<C> first = waiting.remove();
        startedAt.put(first.call, nanoClock.getAsLong());
        next.add(first);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void removeOverdue() {
    long now = nanoClock.getAsLong();
    Iterator<Long> oldest = startedAt.values().iterator();
    while (oldest.hasNext() && now - oldest.next() >= leaseNanos) {
      oldest.remove();
    }
  }
}
