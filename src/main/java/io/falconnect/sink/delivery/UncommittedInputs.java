// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputPosition;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * The inputs that were started and whose offsets are not committed, as far as the task knows: after
 * a crash each of them is started again, finished or not. So their number is limited. Only the
 * delivery thread uses it.
 */
public final class UncommittedInputs {
  private final int limit;
  private final Set<InputPosition> positions = new HashSet<>();

  /**
   * No inputs.
   *
   * @param limit the most inputs that are started and not committed
   */
  public UncommittedInputs(int limit) {
    this.limit = limit;
  }

  /** Whether an input may be started: there is room, or it was started before. */
  public boolean mayStart(Input input) {
    return hasRoom() || positions.contains(input.position());
  }

  /** Whether another input may be started. */
  public boolean hasRoom() {
    return positions.size() < limit;
  }

  /** An input is started. */
  public void onStart(Input input) {
    positions.add(input.position());
  }

  /** These offsets are committed: of each partition the next one that is not. */
  public void onCommitted(Map<TopicPartition, Long> offsets) {
    positions.removeIf(
        position -> {
          Long next = offsets.get(position.assignment().partition());
          return next != null && position.offset() < next;
        });
  }

  /** Forgets the inputs of partitions that were taken away: other tasks start them again. */
  public void dropRevoked() {
    positions.removeIf(position -> position.assignment().isRevoked());
  }

  /** Whether a commit is wanted soon, because half of the room is used. */
  public boolean wantsCommit() {
    return positions.size() * 2L >= limit;
  }
}
