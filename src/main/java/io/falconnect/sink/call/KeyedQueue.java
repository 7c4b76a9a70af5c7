// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.sink.delivery.InFlightInput;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The unfinished inputs of a call sink in the order in which they may start. Of each key only one
 * is under way at a time; inputs without a key wait for no other input. Knows no clock: nano times
 * are arguments. Only the delivery thread uses it.
 */
final class KeyedQueue {
  private static final Comparator<Retry> EARLIEST = (a, b) -> Long.compare(a.at - b.at, 0);

  /** Of each key the unfinished inputs in order; the first of them is ready or under way. */
  private final Map<Object, Deque<InFlightInput>> byKey = new HashMap<>();

  private final Deque<InFlightInput> ready = new ArrayDeque<>();
  private final PriorityQueue<Retry> retries = new PriorityQueue<>(EARLIEST);
  private final Set<InFlightInput> underWay = new HashSet<>();

  /** Inputs that were started, and wait until they are to be tried again. */
  private final Set<InFlightInput> held = new HashSet<>();

  private int size;

  private record Retry(long at, InFlightInput input) {}

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
   * Takes the first input that is to be tried again now and may start; null if there is none. It
   * counts as under way then.
   *
   * @param mayStart whether an input may start
   */
  InFlightInput nextRetry(long now, Predicate<InFlightInput> mayStart) {
    if (retries.isEmpty() || retries.peek().at - now > 0) {
      return null;
    }
    Retry next =
        retries.stream()
            .filter(retry -> retry.at - now <= 0 && mayStart.test(retry.input))
            .min(EARLIEST)
            .orElse(null);
    if (next == null) {
      return null;
    }
    retries.remove(next);
    underWay.add(next.input);
    return next.input;
  }

  /**
   * Takes the first input that was not started before; null if there is none. Inputs of revoked
   * partitions are removed instead.
   */
  InFlightInput nextReady() {
    InFlightInput next = ready.poll();
    while (next != null && next.isRevoked()) {
      finish(next);
      next = ready.poll();
    }
    if (next != null) {
      underWay.add(next);
    }
    return next;
  }

  /** An input that was under way, or is held, has to start again at a time. */
  void retryAt(InFlightInput input, long at) {
    underWay.remove(input);
    held.remove(input);
    retries.add(new Retry(at, input));
  }

  /** An input that was under way waits until {@link #retryAt}, and keeps its place in its key. */
  void hold(InFlightInput input) {
    underWay.remove(input);
    held.add(input);
  }

  /** An input that is held is under way again. */
  void startHeld(InFlightInput input) {
    held.remove(input);
    underWay.add(input);
  }

  /** An input that was under way is finished: the next one of its key becomes ready. */
  void finish(InFlightInput input) {
    size--;
    underWay.remove(input);
    held.remove(input);
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

  /**
   * Removes the inputs of revoked partitions that are not under way. One that is under way stays
   * until it is finished, and the next one of its key waits for it.
   *
   * @param onDropped takes the inputs that waited for another attempt
   */
  void dropRevoked(Consumer<InFlightInput> onDropped) {
    int before = ready.size() + retries.size() + held.size();
    ready.removeIf(InFlightInput::isRevoked);
    retries.stream().map(Retry::input).filter(InFlightInput::isRevoked).forEach(onDropped);
    retries.removeIf(retry -> retry.input.isRevoked());
    held.stream().filter(InFlightInput::isRevoked).forEach(onDropped);
    held.removeIf(InFlightInput::isRevoked);
    size -= before - ready.size() - retries.size() - held.size();
    byKey.values().removeIf(this::dropRevokedOfKey);
  }

  /** Whether no input of the key is left. */
  private boolean dropRevokedOfKey(Deque<InFlightInput> sameKey) {
    InFlightInput first = sameKey.peek();
    boolean isFirst = true;
    for (Iterator<InFlightInput> inputs = sameKey.iterator(); inputs.hasNext(); isFirst = false) {
      InFlightInput input = inputs.next();
      if (input.isRevoked() && !underWay.contains(input)) {
        inputs.remove();
        // The first one was ready or to be tried again, and was subtracted there.
        size -= isFirst ? 0 : 1;
      }
    }
    if (!sameKey.isEmpty() && sameKey.peek() != first) {
      ready.add(sameKey.peek());
    }
    return sameKey.isEmpty();
  }

  /** How many inputs are unfinished, those under way included. */
  int size() {
    return size;
  }

  /** Whether no input is ready, held, or to be tried again. */
  boolean isEmpty() {
    return ready.isEmpty() && retries.isEmpty() && held.isEmpty();
  }

  /**
   * Whether an input waits that is not held.
   *
   * @param mayStartNew whether inputs that were not started before may start
   */
  boolean hasWaiting(boolean mayStartNew) {
    return !retries.isEmpty() || mayStartNew && !ready.isEmpty();
  }
}
