// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Pauses the task's partitions while it holds as many inputs as it may, and resumes them when it
 * holds half of that. It may hold more by what one poll of the consumer brings. Owned by the task
 * thread.
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
   * Partitions were assigned. Connect pauses those that were paused when they were taken away; but
   * what was held of them then is forgotten, so that nothing would ever resume them.
   */
  public void onAssigned(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
    context.resume(partitions.toArray(TopicPartition[]::new));
  }

  /**
   * Pauses or resumes.
   *
   * @param records how many inputs are held
   * @param bytes of their payloads
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

  /** The task takes no more, however little it holds. */
  public void close() {
    closed = true;
  }

  /** The task takes more again. */
  void reopen() {
    closed = false;
  }

  public boolean isFull() {
    return full;
  }
}
