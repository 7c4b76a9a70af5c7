// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.SinkConfigs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputConfigTest {
  @Test
  void theFormIsAMapUnlessItIsSet() {
    assertThat(config().asStruct()).isFalse();
    assertThat(config("result.format", "struct").asStruct()).isTrue();
  }

  @Test
  void theProducerWritesOnceAndSafelyWhateverAUserSets() {
    Map<String, Object> producer =
        config(
                "sink.task.id", "4",
                "result.producer.acks", "0",
                "result.producer.enable.idempotence", "false",
                "result.producer.transactional.id", "t",
                "result.producer.key.serializer", "k",
                "result.producer.bootstrap.servers", "elsewhere:9092",
                "result.producer.linger.ms", "7")
            .producerSettings();
    assertThat(producer)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("client.id", "sink-4-result")
        .containsEntry("bootstrap.servers", List.of("localhost:9092"))
        .containsEntry("linger.ms", "7")
        .containsEntry("max.block.ms", Long.MAX_VALUE)
        .containsEntry("delivery.timeout.ms", Integer.MAX_VALUE)
        .containsEntry("buffer.memory", 32L << 20)
        .containsEntry("batch.size", 64 << 10)
        .doesNotContainKeys("transactional.id", "key.serializer", "value.serializer");
    assertThat((Long) producer.get("metadata.max.idle.ms"))
        .isGreaterThan(Duration.ofDays(365).toMillis());
  }

  @Test
  void theProducersMemoryHasRoomForTwoOfTheLargestRecords() {
    String size = "result.producer.max.request.size";
    String memory = "result.producer.buffer.memory";
    assertThat(memory("result.producer.client.id", "own")).isEqualTo("33554432");
    assertThat(memory(size, "1000000")).isEqualTo("33554432");
    assertThat(memory(size, " 20000000 ")).isEqualTo("40000000");
    assertThat(memory(size, "2000000000")).isEqualTo("4000000000");
    assertThat(memory(size, "20000000", memory, "50")).isEqualTo("50");
  }

  private static String memory(String... more) {
    return config(more).producerSettings().get("buffer.memory").toString();
  }

  private static OutputConfig config(String... more) {
    return SinkConfigs.config(more).output();
  }
}
