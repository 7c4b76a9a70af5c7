// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;

/** Whose turn it is: watches ready for an attempt in order, and those that wait for a time. */
final class DueQueue {
  private final Queue<ActiveWatch> ready = new ArrayDeque<>();
  private final PriorityQueue<Due> later =
      new PriorityQueue<>((a, b) -> Long.compare(a.at - b.at, 0));

  private record Due(long at, ActiveWatch watch) {}

  void now(ActiveWatch watch) {
    ready.add(watch);
  }

  /**
   * Makes it ready at a time.
   *
   * @param at nano time
   */
  void at(long at, ActiveWatch watch) {
    later.add(new Due(at, watch));
  }

  /** The next one that is ready and still open, which stays there; null where there is none. */
  ActiveWatch peek(long now) {
    while (!later.isEmpty() && later.peek().at - now <= 0) {
      ready.add(later.poll().watch);
    }
    while (!ready.isEmpty() && ready.peek().over()) {
      ready.remove();
    }
    return ready.peek();
  }

  void take() {
    ready.remove();
  }
}
