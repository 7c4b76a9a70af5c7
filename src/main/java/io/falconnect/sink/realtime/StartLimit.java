// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.UncommittedInputs;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputPosition;
import java.util.HashSet;
import java.util.Set;

/**
 * Limits how many inputs of a lane are sent for the first time while Kafka does not acknowledge
 * their results. Besides the unanswered inputs of the session, as many answered ones may wait for
 * Kafka, so that the app works while Kafka writes. Only the delivery thread uses it.
 */
final class StartLimit {
  private static final int LEAST_ANSWERED = 2;

  private final UncommittedInputs uncommitted;
  private final Set<InputPosition> unacknowledged = new HashSet<>();

  /**
   * A limit of one lane.
   *
   * @param uncommitted the inputs of all lanes that were sent and not committed
   */
  StartLimit(UncommittedInputs uncommitted) {
    this.uncommitted = uncommitted;
  }

  /** Whether an input may be sent, as far as Kafka is concerned. */
  boolean mayStart(InFlightInput next, UnansweredInputs unanswered) {
    if (unacknowledged.contains(next.input().position())) {
      return true;
    }
    int answered = unacknowledged.size() - unanswered.size();
    return answered < Math.max(LEAST_ANSWERED, unanswered.windowSize())
        && uncommitted.mayStart(next.input());
  }

  /** An input was sent. */
  void onSent(InFlightInput input) {
    unacknowledged.add(input.input().position());
    uncommitted.onStart(input.input());
  }

  /** The outcome of an input is known, and Kafka has acknowledged all its records. */
  void onSettled(Input input) {
    unacknowledged.remove(input.position());
  }

  /** Forgets the inputs of partitions that were taken away. */
  void dropRevoked() {
    unacknowledged.removeIf(position -> position.assignment().isRevoked());
  }
}
