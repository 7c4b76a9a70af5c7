// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputPosition;
import java.util.HashSet;
import java.util.Set;

/**
 * The inputs in flight: started, and not acknowledged by Kafka. Each has a slot until all its
 * records are acknowledged, so nothing starts while Kafka acknowledges nothing. Only the delivery
 * thread uses it.
 */
final class CallSlots {
  private final int max;
  private final Set<InputPosition> taken = new HashSet<>();

  /** Slots that are all free. */
  CallSlots(int max) {
    this.max = max;
  }

  /** Whether an input may start: it has a slot, or one is free. */
  boolean isAvailableTo(Input input) {
    return isAnyFree() || taken.contains(input.position());
  }

  boolean isAnyFree() {
    return taken.size() < max;
  }

  void take(Input input) {
    taken.add(input.position());
  }

  void release(Input input) {
    taken.remove(input.position());
  }

  /** Frees the slots of inputs whose partitions were taken away. */
  void dropRevoked() {
    taken.removeIf(position -> position.assignment().isRevoked());
  }

  /** How many inputs are in flight. */
  int size() {
    return taken.size();
  }
}
