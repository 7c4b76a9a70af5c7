// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.Configs;
import io.falconnect.source.StatusSourceConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;

class ControlConfigTest {
  @Test
  void theConsumerReadsCommittedRecordsWithoutAGroup() {
    Map<String, Object> consumer =
        Configs.config(
                "control.consumer.group.id", "g",
                "control.consumer.auto.offset.reset", "latest",
                "control.consumer.enable.auto.commit", "true",
                "control.consumer.client.rack", "a",
                "control.consumer.bootstrap.servers", "elsewhere:9092")
            .control()
            .createConsumerSettings("role");
    Map<String, Object> expected = new HashMap<>();
    expected.put("isolation.level", "read_committed");
    expected.put("allow.auto.create.topics", false);
    expected.put("client.id", "source-role");
    expected.put("client.rack", "a");
    expected.put("bootstrap.servers", List.of("localhost:9092"));
    expected.put("auto.offset.reset", "none");
    expected.put("enable.auto.commit", false);
    assertThat(consumer).isEqualTo(expected);
    String level = "control.consumer.isolation.level";
    assertThat(ControlConsumer.readsCommitted(Map.of())).isTrue();
    assertThat(ControlConsumer.readsCommitted(Map.of(level, " READ_COMMITTED"))).isTrue();
    assertThat(ControlConsumer.readsCommitted(Map.of(level, "read_uncommitted"))).isFalse();
  }

  @Test
  void theConverterIsConfiguredByKeysUnderItsOwn() {
    byte[] bytes = "{\"schema\":{\"type\":\"string\"},\"payload\":\"x\"}".getBytes();
    String enable = "control.value.converter.schemas.enable";
    assertThat(Configs.config().control().createConverter().toConnectData("t", bytes).value())
        .isInstanceOf(Map.class);
    assertThat(
            Configs.config(enable, "true")
                .control()
                .createConverter()
                .toConnectData("t", bytes)
                .value())
        .isEqualTo("x");
    assertThat(Configs.config().control().createConverter()).isInstanceOf(JsonConverter.class);
    assertThat(
            Configs.config("control.value.converter", StringConverter.class.getName())
                .control()
                .createConverter())
        .isInstanceOf(StringConverter.class);
  }

  @Test
  void aTaskKnowsItsPartitions() {
    assertThat(Configs.config().control().assignedPartitions()).isEmpty();
    Map<String, String> task = TaskAssignment.createTaskConfigs(Configs.props(), 5, 2).get(1);
    ControlConfig config = new StatusSourceConfig(task).control();
    assertThat(config.task().number()).isEqualTo(1);
    assertThat(config.partitionCount()).isEqualTo(5);
    assertThat(config.assignedPartitions())
        .containsExactly(new TopicPartition("control", 1), new TopicPartition("control", 3));
  }
}
