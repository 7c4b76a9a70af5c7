// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Inputs that wait for their turn: of each key one at a time, in order; those without a key wait
 * for nobody. Knows no clock: nano times are arguments.
 */
final class KeyedQueue {
  private final Map<Object, Deque<Turn>> chains = new HashMap<>();
  private final Deque<Turn> ready = new ArrayDeque<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>((a, b) -> Long.compare(a.at - b.at, 0));

  private int size;

  private record Later(long at, Turn turn) {}

  /** Adds an input behind those of its key. */
  void add(Turn turn) {
    size++;
    Object key = turn.pending.input.orderingKey();
    if (key == null) {
      ready.add(turn);
      return;
    }
    Deque<Turn> chain = chains.computeIfAbsent(key, k -> new ArrayDeque<>());
    chain.add(turn);
    if (chain.size() == 1) {
      ready.add(turn);
    }
  }

  /**
   * The next input whose turn it is, which then is under way; null where there is none. Those of
   * revoked partitions are let go.
   */
  Turn next(long now) {
    while (!later.isEmpty() && later.peek().at - now <= 0) {
      ready.add(later.remove().turn);
    }
    Turn next = ready.poll();
    while (next != null && next.pending.revoked()) {
      finished(next);
      next = ready.poll();
    }
    return next;
  }

  /** An input that was under way is to be tried again at a time. */
  void again(Turn turn, long at) {
    later.add(new Later(at, turn));
  }

  /** An input that was under way is over: the next one of its key may go. */
  void finished(Turn turn) {
    size--;
    Object key = turn.pending.input.orderingKey();
    Deque<Turn> chain = key == null ? null : chains.get(key);
    if (chain == null) {
      return;
    }
    chain.remove();
    if (chain.isEmpty()) {
      chains.remove(key);
    } else {
      ready.add(chain.peek());
    }
  }

  /** Lets go of those of revoked partitions, so that nobody waits for when they would be tried. */
  void revoked() {
    for (Later waiting : List.copyOf(later)) {
      if (waiting.turn.pending.revoked()) {
        later.remove(waiting);
        finished(waiting.turn);
      }
    }
  }

  /** How many there are, those under way too. */
  int size() {
    return size;
  }

  /** Whether nobody waits. */
  boolean isEmpty() {
    return ready.isEmpty() && later.isEmpty();
  }
}
