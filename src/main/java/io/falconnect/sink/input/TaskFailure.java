// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why and when the task fails: at the next opportunity, or after the inputs before a bad record are
 * finished. Only the task thread uses it.
 */
public final class TaskFailure {
  private static final Logger LOG = LoggerFactory.getLogger(TaskFailure.class);
  private static final int MAX_NAMED_PARTITIONS = 100;

  private final SinkTaskContext context;
  private final InputOffsets offsets;
  private final Backpressure backpressure;
  private ConnectException failure;
  private ConnectException failureAfterDrain;
  private boolean rewindDue;

  /** No failure yet. */
  public TaskFailure(SinkTaskContext context, InputOffsets offsets, Backpressure backpressure) {
    this.context = context;
    this.offsets = offsets;
    this.backpressure = backpressure;
  }

  /** The task fails at the next {@link #throwIfDue}. The first cause counts. */
  public void fail(ConnectException cause) {
    failure = failure == null ? cause : failure;
  }

  /**
   * The task fails when the inputs before this one are finished, so that a user who then skips the
   * bad record skips no other input. No further records are taken.
   */
  public void failAfterDrain(Input input, String reason) {
    failureAfterDrain = new ConnectException(input + " failed: INPUT_UNUSABLE: " + reason);
    offsets.stopAt(input.assignment().partition(), input.offset());
    backpressure.close();
    LOG.warn(
        "The task fails when the inputs before this one are done: {}",
        failureAfterDrain.getMessage());
  }

  /** Whether the task only waits for the inputs before a bad record. */
  public boolean isDraining() {
    return failureAfterDrain != null;
  }

  /**
   * Partitions were taken away. Perhaps the bad record is another task's now, and perhaps the
   * inputs before it have to be done again: the task will read from the bad record on again, and
   * fail again if it is still there.
   */
  public void onRevoked() {
    rewindDue = failureAfterDrain != null;
  }

  /**
   * Makes the task read again from the bad record on, if partitions were taken away. Called at the
   * end of {@code put}: no other partition can be taken away before Connect goes back.
   */
  public void rewindIfDue() {
    if (rewindDue) {
      rewindDue = false;
      failureAfterDrain = null;
      context.offset(offsets.stopOffsets());
      backpressure.reopen();
    }
  }

  /**
   * Fails the task if a failure is due.
   *
   * @throws ConnectException the cause, with the offsets of the inputs that are not done
   */
  public void throwIfDue() {
    boolean drained = failureAfterDrain != null && !rewindDue && offsets.size() == 0;
    if (failure == null && drained) {
      failure = failureAfterDrain;
    }
    if (failure == null) {
      return;
    }
    Map<TopicPartition, Long> undone = offsets.firstUndoneOffsets();
    throw undone.isEmpty()
        ? failure
        : new ConnectException(
            failure.getMessage() + " (not done are " + describe(undone) + ")", failure);
  }

  private static String describe(Map<TopicPartition, Long> undone) {
    String first =
        undone.entrySet().stream()
            .map(begin -> begin.getKey() + " from offset " + begin.getValue() + " on")
            .sorted()
            .limit(MAX_NAMED_PARTITIONS)
            .collect(Collectors.joining(", "));
    int more = undone.size() - MAX_NAMED_PARTITIONS;
    return more <= 0 ? first : first + ", and " + more + " more partitions";
  }
}
