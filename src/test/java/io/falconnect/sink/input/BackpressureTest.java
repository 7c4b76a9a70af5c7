// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.Test;

class BackpressureTest {
  private static final TopicPartition P0 = new TopicPartition("inputs", 0);
  private static final TopicPartition P1 = new TopicPartition("inputs", 1);
  private final Context context = new Context();
  private final Backpressure backpressure = new Backpressure(context, 10, 100);

  @Test
  void fullItPausesAndHalfFullItResumes() {
    context.assign(backpressure, List.of(P0, P1));
    apply(9, 99);
    assertThat(context.pausedInConsumer).isEmpty();
    apply(10, 0);
    assertThat(context.pausedInConsumer).containsExactlyInAnyOrder(P0, P1);
    apply(6, 0);
    assertThat(context.pausedInConsumer).hasSize(2);
    apply(5, 51);
    assertThat(context.pausedInConsumer).hasSize(2);
    apply(5, 50);
    assertThat(context.pausedInConsumer).isEmpty();
    apply(0, 100);
    assertThat(context.pausedInConsumer).hasSize(2);
  }

  @Test
  void aTaskThatTakesNoMoreIsPausedHoweverLittleItHolds() {
    context.assign(backpressure, List.of(P0));
    backpressure.close();
    apply(0, 0);
    assertThat(context.pausedInConsumer).containsExactly(P0);
    context.assign(backpressure, List.of(P0, P1));
    apply(0, 0);
    assertThat(context.pausedInConsumer).containsExactlyInAnyOrder(P0, P1);
    backpressure.reopen();
    apply(0, 0);
    assertThat(context.pausedInConsumer).isEmpty();
  }

  @Test
  void aPartitionThatComesWhileItIsFullIsPausedToo() {
    context.assign(backpressure, List.of(P0));
    apply(10, 0);
    context.assign(backpressure, List.of(P0, P1));
    apply(10, 0);
    assertThat(context.pausedInConsumer).containsExactlyInAnyOrder(P0, P1);
  }

  @Test
  void whatIsTakenAwayWhilePausedIsReadAgainWhenItComesBackAtOnce() {
    context.assign(backpressure, List.of(P0, P1));
    apply(10, 0);
    context.assign(backpressure, List.of(P0, P1));
    apply(0, 0);
    assertThat(context.pausedInConsumer).isEmpty();
  }

  @Test
  void whatIsTakenAwayWhilePausedIsReadAgainWhenItComesBackLater() {
    context.assign(backpressure, List.of(P0, P1));
    apply(10, 0);
    context.assigned.clear();
    context.pausedInConsumer.clear();
    apply(0, 0);
    context.assign(backpressure, List.of(P0));
    apply(0, 0);
    assertThat(context.pausedInConsumer).isEmpty();
    apply(10, 0);
    assertThat(context.pausedInConsumer).containsExactly(P0);
  }

  private void apply(int records, long bytes) {
    backpressure.apply(records, bytes, context.assigned);
  }

  /**
   * Pauses as Connect does: what a task has paused stays so when it is taken away and given back.
   */
  private static final class Context implements SinkTaskContext {
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Set<TopicPartition> pausedByTask = new HashSet<>();
    private final Set<TopicPartition> pausedInConsumer = new HashSet<>();

    void assign(Backpressure backpressure, Collection<TopicPartition> partitions) {
      assigned.clear();
      assigned.addAll(partitions);
      pausedByTask.retainAll(assigned);
      pausedInConsumer.clear();
      pausedInConsumer.addAll(pausedByTask);
      backpressure.onAssigned(partitions);
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
      throw new UnsupportedOperationException();
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void timeout(long millis) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void requestCommit() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PluginMetrics pluginMetrics() {
      throw new UnsupportedOperationException();
    }
  }
}
