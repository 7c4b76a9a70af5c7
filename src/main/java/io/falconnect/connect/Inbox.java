// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.SignalReceiver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue between the threads that read from fal and the thread that works on what they
 * read. When it is full, the readers wait, and so TCP slows fal down. A reader that waits longer
 * than the patience is refused: while a connector is paused nobody empties the queue, and no thread
 * may wait for ever. All methods are safe for any thread.
 *
 * @param <S> the type of the signals
 */
public final class Inbox<S> implements SignalReceiver<S> {
  private final int maxSignals;
  private final long maxBytes;
  private final Duration patience;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final Condition isClosed = lock.newCondition();
  private final ArrayDeque<Entry<S>> entries = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  private record Entry<S>(S signal, int weight) {}

  /**
   * An empty queue.
   *
   * @param maxSignals how many signals it holds; {@link #tell} may exceed this
   * @param maxBytes how many bytes it holds; one signal may be larger
   */
  public Inbox(int maxSignals, long maxBytes, Duration patience) {
    this.maxSignals = maxSignals;
    this.maxBytes = maxBytes;
    this.patience = patience;
  }

  @Override
  public boolean offer(S signal, int weight) {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (!closed && !hasRoom(weight)) {
        if (left <= 0) {
          return false;
        }
        left = notFull.awaitNanos(left);
      }
      if (closed) {
        return false;
      }
      add(signal, weight);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void tell(S signal) {
    lock.lock();
    try {
      if (!closed) {
        add(signal, 0);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves signals into the list, oldest first, waiting for the first one.
   *
   * @param max how many at most
   * @param wait how long to wait for the first; zero not at all
   */
  public void drainTo(List<S> list, int max, Duration wait) throws InterruptedException {
    drainTo(list, max, Long.MAX_VALUE, wait);
  }

  /**
   * Moves signals into the list, oldest first, waiting for the first one.
   *
   * @param max how many at most
   * @param enoughBytes after so many bytes no other signal is moved
   * @param wait how long to wait for the first; zero not at all
   * @return whether the inbox is empty now
   */
  public boolean drainTo(List<S> list, int max, long enoughBytes, Duration wait)
      throws InterruptedException {
    lock.lock();
    try {
      if (entries.isEmpty() && !closed && !wait.isZero()) {
        notEmpty.awaitNanos(wait.toNanos());
      }
      long moved = 0;
      for (int i = 0; i < max && moved < enoughBytes && !entries.isEmpty(); i++) {
        Entry<S> entry = entries.poll();
        moved += entry.weight;
        list.add(entry.signal);
      }
      bytes -= moved;
      notFull.signalAll();
      return entries.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for this time, or until the inbox is closed. Signals stay in it. */
  public void awaitClose(Duration time) throws InterruptedException {
    lock.lock();
    try {
      if (!closed) {
        isClosed.awaitNanos(time.toNanos());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses all signals from now on, also those of waiting readers, and removes the others. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      entries.clear();
      bytes = 0;
      notFull.signalAll();
      notEmpty.signalAll();
      isClosed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many signals wait in the inbox. */
  public int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes the waiting signals have. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Registers metrics of the waiting signals. */
  public void register(TaskMetrics metrics) {
    metrics.addGauge("inbox-size", "what fal said and is not taken yet", this::size);
    metrics.addGauge("inbox-bytes", "bytes of what fal said and is not taken yet", this::bytes);
  }

  private boolean hasRoom(int weight) {
    return entries.size() < maxSignals && (bytes == 0 || bytes + weight <= maxBytes);
  }

  private void add(S signal, int weight) {
    entries.add(new Entry<>(signal, weight));
    bytes += weight;
    notEmpty.signal();
  }
}
