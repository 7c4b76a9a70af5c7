// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.sink.delivery.InFlightInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Inputs that wait for their turn: of each key one at a time, in order; those without a key wait
 * for nobody. None begins too far ahead of the oldest that is not over, behind which nothing can be
 * committed. Knows no clock: nano times are arguments.
 */
final class KeyedQueue {
  private final int maxAhead;
  private final Map<Object, Deque<InFlightInput>> chains = new HashMap<>();
  private final Deque<InFlightInput> ready = new ArrayDeque<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>((a, b) -> Long.compare(a.at - b.at, 0));

  /** Begun and not over, in the order they began in: which one each was to begin. */
  private final Map<InFlightInput, Long> begun = new LinkedHashMap<>();

  private int size;
  private long beginnings;

  private record Later(long at, InFlightInput input) {}

  /**
   * An empty one.
   *
   * @param maxAhead how many may begin from the oldest that is not over on, itself included
   */
  KeyedQueue(int maxAhead) {
    this.maxAhead = maxAhead;
  }

  /** Adds an input behind those of its key. */
  void add(InFlightInput input) {
    size++;
    Object key = input.orderingKey();
    if (key == null) {
      ready.add(input);
      return;
    }
    Deque<InFlightInput> chain = chains.computeIfAbsent(key, k -> new ArrayDeque<>());
    chain.add(input);
    if (chain.size() == 1) {
      ready.add(input);
    }
  }

  /**
   * The next input whose turn it is, which then is under way; null where there is none. Those of
   * revoked partitions are let go.
   */
  InFlightInput next(long now) {
    InFlightInput next = due(now);
    while (next != null && next.isRevoked()) {
      finished(next);
      next = due(now);
    }
    if (next != null && begun.putIfAbsent(next, beginnings) == null) {
      beginnings++;
    }
    return next;
  }

  private InFlightInput due(long now) {
    if (!later.isEmpty() && later.peek().at - now <= 0) {
      return later.remove().input;
    }
    boolean tooFar = !begun.isEmpty() && beginnings - begun.values().iterator().next() >= maxAhead;
    return tooFar ? null : ready.poll();
  }

  /** An input that was under way is to be tried again at a time. */
  void again(InFlightInput input, long at) {
    later.add(new Later(at, input));
  }

  /** An input that was under way is over: the next one of its key may go. */
  void finished(InFlightInput input) {
    size--;
    begun.remove(input);
    Object key = input.orderingKey();
    Deque<InFlightInput> chain = key == null ? null : chains.get(key);
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

  /** Lets go of those of revoked partitions, so that nobody waits for them. */
  void revoked() {
    begun.keySet().removeIf(InFlightInput::isRevoked);
    for (Later waiting : List.copyOf(later)) {
      if (waiting.input.isRevoked()) {
        later.remove(waiting);
        finished(waiting.input);
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
