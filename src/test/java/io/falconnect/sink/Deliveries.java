// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.cluster.process.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What has to be true of a sink's results at the end, whatever happened on the way. */
final class Deliveries {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Deliveries() {}

  /**
   * Every input has its result, which may have been repeated, none has another's, none has failed,
   * and all are committed. Inputs have keys of their own and one frame each.
   *
   * @return how many results are repeats
   */
  static int assertNothingLost(SinkScene scene) {
    List<ConsumerRecord<String, String>> inputs = scene.topics().readAll(scene.inputs);
    Map<String, List<JsonNode>> results = scene.results();
    assertThat(results).hasSameSizeAs(inputs);
    for (ConsumerRecord<String, String> input : inputs) {
      assertThat(results).containsKey(input.key());
      results.get(input.key()).forEach(result -> assertAnswers(input, result));
    }
    assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
    awaitAllCommitted(scene);
    return results.values().stream().mapToInt(List::size).sum() - inputs.size();
  }

  private static void assertAnswers(ConsumerRecord<String, String> input, JsonNode result) {
    String at = input.topic() + "/" + input.partition() + "/" + input.offset();
    String id = UUID.nameUUIDFromBytes(at.getBytes(StandardCharsets.UTF_8)).toString();
    JsonNode echo = ((ObjectNode) SinkScene.json(input.value())).put("request_id", id);
    assertThat(result.path("error").isNull()).as("%s", result).isTrue();
    assertThat(result.at("/output/echo")).isEqualTo(echo);
    assertThat(result.path("request_id").asText()).isEqualTo(id);
    assertThat(result.path("input_topic").asText()).isEqualTo(input.topic());
    assertThat(result.path("input_partition").asInt()).isEqualTo(input.partition());
    assertThat(result.path("input_offset").asLong()).isEqualTo(input.offset());
    assertThat(result.path("frame").asInt()).isZero();
    assertThat(result.path("final").asBoolean()).isTrue();
  }

  /** Waits until the sink has nothing left to do, after a restart neither. */
  static void awaitAllCommitted(SinkScene scene) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    scene
        .topics()
        .readAll(scene.inputs)
        .forEach(
            input ->
                ends.merge(
                    new TopicPartition(input.topic(), input.partition()),
                    input.offset() + 1,
                    Math::max));
    Waits.until(
        "the inputs' ends to be committed: " + ends,
        LIMIT,
        () -> Optional.of(committed(scene)).filter(ends::equals),
        () -> "Committed: " + committed(scene));
  }

  /** The offsets that the sink has committed. */
  static Map<TopicPartition, Long> committed(SinkScene scene) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    scene
        .topics()
        .committed("connect-" + scene.name)
        .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }
}
