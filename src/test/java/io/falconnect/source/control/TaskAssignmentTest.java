// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.Configs;
import io.falconnect.source.StatusSourceConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.TopicPartition;

class TaskAssignmentTest {
  @Property
  void everyPartitionBelongsToOneTaskAndNoneHasManyMore(
      @ForAll @IntRange(max = 300) int partitions, @ForAll @IntRange(min = 1, max = 40) int max) {
    Map<String, String> props = Configs.props();
    List<Map<String, String>> assigned = TaskAssignment.createTaskConfigs(props, partitions, max);
    List<ControlConfig> tasks =
        assigned.stream().map(task -> new StatusSourceConfig(task).control()).toList();
    assertThat(tasks).hasSize(Math.min(partitions, max));
    assertThat(
            tasks.stream()
                .flatMap(task -> task.assignedPartitions().stream())
                .map(TopicPartition::partition))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, partitions).boxed().toList());
    assertThat(tasks.stream().map(task -> task.assignedPartitions().size()))
        .allMatch(
            size -> size == partitions / tasks.size() || size == partitions / tasks.size() + 1);
    for (int i = 0; i < tasks.size(); i++) {
      assertThat(tasks.get(i).task().number()).isEqualTo(i);
      assertThat(assigned.get(i)).containsAllEntriesOf(props);
    }
    assertThat(props).isEqualTo(Configs.props());
  }
}
