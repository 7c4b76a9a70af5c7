// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * A context that remembers what a task asks of Connect. It pauses as Connect does: a partition that
 * the task has paused stays paused if it is assigned again.
 */
public class RecordingContext implements SinkTaskContext {
  private final Set<TopicPartition> assigned = new HashSet<>();
  private final Set<TopicPartition> pausedByTask = new HashSet<>();
  private final Set<TopicPartition> pausedInConsumer = new HashSet<>();
  private final Map<TopicPartition, Long> rewound = new HashMap<>();
  private int commitRequests;

  /** Assigns these partitions and no others. */
  public void assign(Collection<TopicPartition> partitions) {
    assigned.clear();
    assigned.addAll(partitions);
    if (!partitions.isEmpty()) {
      pausedByTask.retainAll(assigned);
    }
    pausedInConsumer.clear();
    pausedInConsumer.addAll(pausedByTask);
    pausedInConsumer.retainAll(assigned);
  }

  /** The partitions that the consumer does not read. */
  public Set<TopicPartition> paused() {
    return pausedInConsumer;
  }

  /** The offsets that the task wants to read from again. */
  public Map<TopicPartition, Long> rewound() {
    return rewound;
  }

  /** How many commits the task has requested. */
  public int commitRequests() {
    return commitRequests;
  }

  @Override
  public void pause(TopicPartition... partitions) {
    assertThat(assigned).contains(partitions);
    pausedByTask.addAll(List.of(partitions));
    pausedInConsumer.addAll(List.of(partitions));
  }

  @Override
  public void resume(TopicPartition... partitions) {
    assertThat(assigned).contains(partitions);
    List.of(partitions).forEach(pausedByTask::remove);
    List.of(partitions).forEach(pausedInConsumer::remove);
  }

  @Override
  public Set<TopicPartition> assignment() {
    return assigned;
  }

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    assertThat(assigned).containsAll(offsets.keySet());
    rewound.putAll(offsets);
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    rewound.put(partition, offset);
  }

  @Override
  public void timeout(long millis) {}

  @Override
  public void requestCommit() {
    commitRequests++;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException();
  }
}
