// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * Watches that wait for their next attempt: those that are due, in order, and those whose delay is
 * not over. Owned by the task thread.
 */
final class DueQueue {
  private final LongSupplier nanoClock;
  private final Queue<ActiveWatch> due = new ArrayDeque<>();
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>((a, b) -> Long.compare(a.dueAt - b.dueAt, 0));

  private record Delayed(long dueAt, ActiveWatch watch) {}

  /** Starts empty. */
  DueQueue(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Adds a watch that is due at once. */
  void add(ActiveWatch watch) {
    due.add(watch);
  }

  /** Adds a watch that is due after a delay. */
  void addDelayed(ActiveWatch watch, Duration delay) {
    delayed.add(new Delayed(nanoClock.getAsLong() + delay.toNanos(), watch));
  }

  /** Whether no watch waits, or only watches that are closed. */
  boolean isEmpty() {
    peek();
    return due.isEmpty() && delayed.stream().allMatch(next -> next.watch.isClosed());
  }

  /** The first watch that is due and still open, which stays in the queue; null if none is due. */
  ActiveWatch peek() {
    long now = nanoClock.getAsLong();
    while (!delayed.isEmpty() && delayed.peek().dueAt - now <= 0) {
      due.add(delayed.poll().watch);
    }
    while (!due.isEmpty() && due.peek().isClosed()) {
      due.remove();
    }
    return due.peek();
  }

  /** Removes the watch that {@link #peek} gave. */
  void remove() {
    due.remove();
  }
}
