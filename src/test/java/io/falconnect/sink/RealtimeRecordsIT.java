// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be in a topic, and what comes of it. */
class RealtimeRecordsIT {
  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";
  private static final String BYTES_CONVERTER =
      "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final int MIB = 1024 * 1024;

  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static SinkScene scene() {
    return SinkScene.realtime(SharedCluster.get(), fal, 1);
  }

  @ParameterizedTest
  @EnumSource(RealtimeApp.Reads.class)
  void theEncodingThatTheAppReadsIsFoundOut(RealtimeApp.Reads reads) {
    try (SinkScene scene = scene().with("realtime.max.attempts", "1")) {
      fal.registerRealtimeApp(scene.endpoint, RealtimeApp.builder().reads(reads).build());
      scene.start(1).sendAll(20, Answers::input);
      Answers.assertWhole(scene.awaitFinal(20), 20, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "json-binary"})
  void structsGoInAndStructsComeOut(String encoding) {
    try (SinkScene scene =
        scene()
            .with("value.converter.schemas.enable", "true")
            .with("result.format", "struct")
            .with("result.value.converter", JSON_CONVERTER)
            .with("result.value.converter.schemas.enable", "true")
            .with("realtime.encoding", encoding)) {
      RealtimeHandle app =
          fal.registerRealtimeApp(scene.endpoint, RealtimeApp.builder().images(true).build());
      scene.start(1);
      scene.send(
          "k0",
          """
          {"schema": {"type": "struct", "name": "Prompt", "fields": [
              {"field": "prompt", "type": "string"},
              {"field": "seed", "type": "int64", "optional": true},
              {"field": "image", "type": "bytes"}]},
           "payload": {"prompt": "p0", "seed": null, "image": "/9j/"}}""");

      JsonNode record =
          SinkScene.json(scene.topics().awaitRecords(scene.results, 1).get(0).value());
      assertThat(record.at("/schema/name").asText()).isEqualTo("io.falconnect.RealtimeResult");
      assertThat(record.at("/schema/version").asInt()).isEqualTo(1);
      JsonNode payload = record.path("payload");
      assertThat(payload.path("final").asBoolean()).isTrue();
      assertThat(payload.path("input_topic").asText()).isEqualTo(scene.inputs);
      JsonNode output = SinkScene.json(payload.path("output").asText());
      assertThat(output.at("/echo/prompt").asText()).isEqualTo("p0");
      assertThat(output.at("/echo/image").asText()).isEqualTo("/9j/");
      assertThat(output.at("/images/0/content").asText()).isEqualTo("/9j/AAECAw==");

      JsonNode input = app.inputs().get(0);
      assertThat(input.has("seed")).isFalse();
      assertThat(input.path("image").isBinary()).isEqualTo(encoding.equals("msgpack"));
    }
  }

  @Test
  void recordsThatCannotBeInputsAreDeadLettersAndThoseWithoutValueNothing() {
    try (SinkScene scene =
        scene()
            .tolerant()
            .with("key.converter", BYTES_CONVERTER)
            .with("value.converter", BYTES_CONVERTER)
            .with("result.key.converter", BYTES_CONVERTER)) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint);
      scene.start(1);
      List<String> values =
          Stream.of("{\"prompt\":\"p0\"}", null, "no JSON", "[1,2]", "{\"prompt\":\"p4\"}", null)
              .toList();
      for (int i = 0; i < values.size(); i++) {
        scene.send("k" + i, values.get(i));
      }

      Map<String, List<JsonNode>> results = scene.awaitFinal(4);
      for (String bad : List.of("k2", "k3")) {
        assertThat(Answers.onlyError(results.remove(bad)).path("error").asText())
            .isEqualTo("INPUT_UNUSABLE");
      }
      Answers.assertWhole(results, 2, 1);
      assertThat(app.inputCount()).isEqualTo(2);
      List<ConsumerRecord<String, String>> letters =
          scene.topics().awaitRecords(scene.deadLetters, 2);
      assertThat(letters)
          .extracting(ConsumerRecord::value)
          .containsExactlyInAnyOrder("no JSON", "[1,2]");
      assertThat(Answers.reasons(letters))
          .allMatch(reason -> reason.contains("INPUT_UNUSABLE"))
          .anyMatch(reason -> reason.contains("offset 2") && reason.contains("not JSON"))
          .anyMatch(reason -> reason.contains("offset 3") && reason.contains("not a JSON object"));
      awaitCommitted(scene, 6);
    }
  }

  @Test
  void anUnusableRecordFailsTheTaskThatTakesNoErrors() {
    try (SinkScene scene = scene().with("value.converter", BYTES_CONVERTER).start(1)) {
      scene.send("k0", "no JSON");
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains(scene.inputs + "-0, offset 0", "INPUT_UNUSABLE", "not JSON");
    }
  }

  @Test
  void whatCameBeforeAnUnusableRecordIsDoneBeforeTheTaskFails() {
    try (SinkScene scene = scene().with("value.converter", BYTES_CONVERTER)) {
      fal.realtimeApp(scene.endpoint);
      // All of them are there when the task begins, so that they come to it in one go.
      scene.sendAll(200, i -> i == 150 ? "no JSON" : Answers.input(i));
      scene.start(1);
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains(
              scene.inputs + "-0, offset 150) failed: INPUT_UNUSABLE",
              "(not done are " + scene.inputs + "-0 from offset 150 on)");
      Answers.assertWhole(scene.results(), 150, 1);
      awaitCommitted(scene, 150);

      scene.tolerant().start(1);
      assertThat(scene.awaitFinal(200)).hasSize(200);
    }
  }

  @Test
  void aResultThatIsTooLargeIsReportedAndTheRestGoesOn() {
    try (SinkScene scene = scene().tolerant().with("realtime.encoding", "msgpack").start(1)) {
      scene.sendAll(20, i -> i == 7 ? "{\"image_bytes\":" + 2 * MIB + "}" : Answers.input(i));
      Map<String, List<JsonNode>> results = scene.awaitFinal(20);
      JsonNode error = Answers.onlyError(results.remove("k7"));
      assertThat(error.path("error").asText()).isEqualTo("RESULT_UNWRITABLE");
      assertThat(error.path("reason").asText()).contains("too large", "max.request.size");
      Answers.assertWhole(results, 19, 1);
      assertThat(Answers.reasons(scene.topics().awaitRecords(scene.deadLetters, 1)).get(0))
          .contains("RESULT_UNWRITABLE");
      awaitCommitted(scene, 20);
    }
  }

  @Test
  void anImageOf32MebibytesIsAResultLikeAnyOther() {
    try (SinkScene scene = scene()) {
      String large = scene.name + "-large";
      String most = Integer.toString(64 * MIB);
      scene.topics().create(large, 1, Map.of("max.message.bytes", most));
      scene
          .with("result.topic", large)
          .with("result.producer.max.request.size", most)
          .with("realtime.encoding", "msgpack")
          .with("realtime.result.timeout.ms", "30000")
          .start(1);
      scene
          .topics()
          .produce(
              new ProducerRecord<>(
                  scene.inputs,
                  "k0".getBytes(UTF_8),
                  ("{\"image_bytes\":" + 32 * MIB + "}").getBytes(UTF_8)));
      ConsumerRecord<String, String> result = scene.topics().awaitRecords(large, 1).get(0);
      // 4 characters of base64 for 3 bytes.
      assertThat(result.serializedValueSize()).isGreaterThan(32 * MIB / 3 * 4);
      assertThat(result.value()).contains("\"content\":\"/9j/AAEC", "\"error\":null");
      awaitCommitted(scene, 1);
    }
  }

  private static void awaitCommitted(SinkScene scene, long offset) {
    TopicPartition partition = new TopicPartition(scene.inputs, 0);
    await()
        .atMost(SinkScene.LIMIT)
        .until(
            () -> {
              var committed = scene.topics().committed("connect-" + scene.name).get(partition);
              return committed != null && committed.offset() == offset;
            });
  }
}
