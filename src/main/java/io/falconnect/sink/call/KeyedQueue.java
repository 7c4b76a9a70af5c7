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
 * The inputs of a call sink in the order in which they may start. Of each key only one is under way
 * at a time; inputs without a key wait for no other input. No input starts too far ahead of the
 * oldest unfinished one, because no offset behind that one can be committed. Knows no clock: nano
 * times are arguments. Only the delivery thread uses it.
 */
final class KeyedQueue {
  private final int maxAhead;

  /** Of each key the unfinished inputs in order; the first of them is ready or under way. */
  private final Map<Object, Deque<InFlightInput>> byKey = new HashMap<>();

  private final Deque<InFlightInput> ready = new ArrayDeque<>();
  private final PriorityQueue<Retry> retries =
      new PriorityQueue<>((a, b) -> Long.compare(a.at - b.at, 0));

  /** The unfinished inputs that have started, oldest first, each with the number of its start. */
  private final Map<InFlightInput, Long> started = new LinkedHashMap<>();

  private int size;
  private long starts;

  private record Retry(long at, InFlightInput input) {}

  /**
   * An empty queue.
   *
   * @param maxAhead how many inputs may start from the oldest unfinished one on, itself included
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
    Deque<InFlightInput> sameKey = byKey.computeIfAbsent(key, k -> new ArrayDeque<>());
    sameKey.add(input);
    if (sameKey.size() == 1) {
      ready.add(input);
    }
  }

  /**
   * The next input that may start now, which then counts as under way; null if there is none.
   * Inputs of revoked partitions are dropped instead.
   */
  InFlightInput next(long now) {
    InFlightInput next = pollDue(now);
    while (next != null && next.isRevoked()) {
      finish(next);
      next = pollDue(now);
    }
    if (next != null && started.putIfAbsent(next, starts) == null) {
      starts++;
    }
    return next;
  }

  private InFlightInput pollDue(long now) {
    if (!retries.isEmpty() && retries.peek().at - now <= 0) {
      return retries.remove().input;
    }
    boolean tooFarAhead =
        !started.isEmpty() && starts - started.values().iterator().next() >= maxAhead;
    return tooFarAhead ? null : ready.poll();
  }

  /** An input that was under way has to start again at a time. */
  void retryAt(InFlightInput input, long at) {
    retries.add(new Retry(at, input));
  }

  /** An input that was under way is finished: the next one of its key becomes ready. */
  void finish(InFlightInput input) {
    size--;
    started.remove(input);
    Object key = input.orderingKey();
    Deque<InFlightInput> sameKey = key == null ? null : byKey.get(key);
    if (sameKey == null) {
      return;
    }
    sameKey.remove();
    if (sameKey.isEmpty()) {
      byKey.remove(key);
    } else {
      ready.add(sameKey.peek());
    }
  }

  /** Drops the inputs of revoked partitions that no other input should wait for. */
  void dropRevoked() {
    started.keySet().removeIf(InFlightInput::isRevoked);
    for (Retry retry : List.copyOf(retries)) {
      if (retry.input.isRevoked()) {
        retries.remove(retry);
        finish(retry.input);
      }
    }
  }

  /** How many inputs are unfinished, those under way included. */
  int size() {
    return size;
  }

  /** Whether no input is ready and none is to be tried again. */
  boolean isEmpty() {
    return ready.isEmpty() && retries.isEmpty();
  }
}
