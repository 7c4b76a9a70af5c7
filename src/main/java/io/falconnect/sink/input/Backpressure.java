// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Pauses the task's partitions when the inputs that are not done reach a limit, and resumes them
 * when they are down to half of it. The task may exceed the limit by the records of one poll of the
 * consumer. Only the task thread uses it.
 */
public final class Backpressure {
  private final SinkTaskContext context;
  private final int maxRecords;
  private final long maxBytes;
  private final Set<TopicPartition> paused = new HashSet<>();
  private boolean full;
  private boolean closed;

  public Backpressure(SinkTaskContext context, int maxRecords, long maxBytes) {
    this.context = context;
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
  }

  /**
   * Partitions were assigned: they are resumed. Connect pauses a partition again that was paused
   * when it was taken away, but its inputs were forgotten then, so nothing else would resume it.
   */
  public void onAssigned(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
    context.resume(partitions.toArray(TopicPartition[]::new));
  }

  /**
   * Pauses or resumes the partitions.
   *
   * @param records how many inputs are not done
   * @param bytes the sum of their payloads
   * @param assigned the task's partitions
   */
  public void apply(int records, long bytes, Collection<TopicPartition> assigned) {
    paused.retainAll(assigned);
    if (closed || records >= maxRecords || bytes >= maxBytes) {
      full = true;
    } else if (records <= maxRecords / 2 && bytes <= maxBytes / 2) {
      full = false;
    }
    if (full && !paused.containsAll(assigned)) {
      paused.addAll(assigned);
      context.pause(assigned.toArray(TopicPartition[]::new));
    } else if (!full && !paused.isEmpty()) {
      context.resume(paused.toArray(TopicPartition[]::new));
      paused.clear();
    }
  }

  /** Keeps the partitions paused from the next {@link #apply} on, whatever the limits say. */
  public void close() {
    closed = true;
  }

  /** Lets the limits decide again. */
  void reopen() {
    closed = false;
  }

  /** Whether the partitions are paused. */
  public boolean isFull() {
    return full;
  }
}
