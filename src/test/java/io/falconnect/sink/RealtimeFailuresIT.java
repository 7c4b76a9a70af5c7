// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that fail for good: which they are, where they go, what is said of them. */
class RealtimeFailuresIT {
  private static final String POISON = "{\"poison\":true}";

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

  private static ConsumerRecord<String, String> onlyDeadLetter(SinkScene scene) {
    List<ConsumerRecord<String, String>> letters =
        scene.topics().awaitRecords(scene.deadLetters, 1);
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onePoisonousInputAmongManyIsTheOnlyDeadLetter(boolean echo) {
    try (SinkScene scene = scene().tolerant()) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint, RealtimeApp.builder().echoesRequestId(echo).build());
      scene.start(1).sendAll(1_000, i -> i == 137 ? POISON : Answers.input(i));

      Map<String, List<JsonNode>> results = scene.awaitFinal(1_000);
      JsonNode error = Answers.onlyError(results.remove("k137"));
      assertThat(error.path("error").asText()).isEqualTo("INTERNAL_ERROR");
      assertThat(error.path("reason").asText()).contains("cannot process the input");
      assertThat(error.path("input_offset").asInt()).isEqualTo(137);
      Answers.assertWhole(results, 999, 1);
      assertThat(app.droppedInputs()).isEmpty();

      ConsumerRecord<String, String> letter = onlyDeadLetter(scene);
      assertThat(letter.key()).isEqualTo("k137");
      assertThat(letter.value()).isEqualTo(POISON);
      assertThat(Answers.header(letter, "__connect.errors.topic")).isEqualTo(scene.inputs);
      assertThat(Answers.header(letter, "__connect.errors.offset")).isEqualTo("137");
      assertThat(Answers.header(letter, "__connect.errors.exception.message"))
          .contains(error.path("request_id").asText(), "INTERNAL_ERROR", "cannot process");
    }
  }

  @Test
  void withoutToleranceTheTaskFailsAndGoesOnWhereTheOperatorSays() {
    try (SinkScene scene = scene().with("realtime.max.attempts", "2")) {
      scene.start(1).sendAll(20, i -> i == 6 || i == 12 ? POISON : Answers.input(i));
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("(" + scene.inputs + "-0, offset 6) failed: INTERNAL_ERROR")
          .containsPattern("input [0-9a-f-]{36} ")
          .contains("cannot process the input");
      scene.awaitFinal(6);
      assertThat(scene.cluster.worker().log().lines())
          .as("the delivery thread's lines name the task as Connect's own do")
          .anyMatch(line -> line.contains(" WARN [" + scene.name + "|task-0] A session ended"));

      scene.rest().stop(scene.name);
      scene.rest().patchOffsets(scene.name, skippingTo(scene.inputs, 7));
      scene.rest().resume(scene.name);
      assertThat(scene.rest().awaitFailed(scene.name).traces()).contains("offset 12) failed");

      scene.tolerant().start(1);
      Map<String, List<JsonNode>> results = scene.awaitFinal(19);
      assertThat(results).doesNotContainKey("k6");
      Answers.onlyError(results.remove("k12"));
      Answers.assertAnswered(results, 18);
      assertThat(onlyDeadLetter(scene).key()).isEqualTo("k12");
    }
  }

  private static String skippingTo(String topic, long offset) {
    return """
        {"offsets": [{"partition": {"kafka_topic": "%s", "kafka_partition": 0},
                      "offset": {"kafka_offset": %d}}]}"""
        .formatted(topic, offset);
  }

  @Test
  void anInputThatIsNeverAnsweredIsGivenUpAndItsLateAnswerIsNobodys() {
    try (SinkScene scene =
        scene()
            .tolerant()
            .with("realtime.max.attempts", "2")
            .with("realtime.first.result.timeout.ms", "1500")
            .with("realtime.result.timeout.ms", "1500")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint).hold();
      scene.start(1).send("k0", Answers.input(0));

      JsonNode error = Answers.onlyError(scene.awaitFinal(1).get("k0"));
      assertThat(error.path("error").asText()).isEqualTo("TIMEOUT");
      assertThat(error.path("reason").asText()).contains("not answered within 1500 ms");
      assertThat(Answers.reasons(List.of(onlyDeadLetter(scene))).get(0))
          .contains("TIMEOUT: not answered within 1500 ms");
      assertThat(app.inputCount()).isEqualTo(2);

      // Two answers a little late, each on a session that was given up.
      RealtimeApp late = RealtimeApp.builder().work(Duration.ofMillis(2_000)).build();
      fal.registerRealtimeApp(scene.endpoint, late).release();
      scene.send("k1", Answers.input(1));
      scene.awaitFinal(2);
      fal.registerRealtimeApp(scene.endpoint, RealtimeApp.builder().build());
      scene.send("k2", Answers.input(2));
      Map<String, List<JsonNode>> results = scene.awaitFinal(3);
      Answers.onlyError(results.remove("k0"));
      Answers.onlyError(results.remove("k1"));
      Answers.assertWhole(results, 1, 1);
    }
  }

  @Test
  void theInputThatTheAppCannotReadFailsAndNotTheOneItWorksOn() {
    try (SinkScene scene = scene().tolerant().with("realtime.max.attempts", "1")) {
      fal.registerRealtimeApp(
          scene.endpoint, RealtimeApp.builder().work(Duration.ofMillis(50)).build());
      scene.start(1).sendAll(20, i -> i == 7 ? "{\"invalid\":true}" : Answers.input(i));
      Map<String, List<JsonNode>> results = scene.awaitFinal(20);
      Answers.onlyError(results.remove("k7"));
      Answers.assertWhole(results, 19, 1);
    }
  }

  @Test
  void aColdRunnerIsWaitedForOnce() {
    try (SinkScene scene =
        scene()
            .with("realtime.max.attempts", "1")
            .with("realtime.first.result.timeout.ms", "30000")
            .with("realtime.result.timeout.ms", "1000")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint, RealtimeApp.builder().coldStart(Duration.ofSeconds(2)).build());
      scene.start(1).sendAll(3, Answers::input);
      Answers.assertWhole(scene.awaitFinal(3), 3, 1);
      assertThat(app.inputCount()).isEqualTo(3);
    }
  }

  @Test
  void anAppThatTakesNoOtherFieldIsGivenNoId() {
    try (SinkScene scene = scene().with("realtime.max.attempts", "1")) {
      fal.registerRealtimeApp(
          scene.endpoint,
          RealtimeApp.builder().onlyFields("prompt").work(Duration.ofMillis(20)).build());
      scene.start(1).sendAll(3, Answers::input);
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("Extra inputs are not permitted", "realtime.send.request.id=false");
      scene.with("realtime.send.request.id", "false").start(1);
      Map<String, List<JsonNode>> results = scene.awaitFinal(3);
      results.forEach(
          (key, frames) ->
              assertThat(frames)
                  .extracting(frame -> frame.at("/output/echo").toString())
                  .containsExactly("{\"prompt\":\"p" + key.substring(1) + "\"}"));
    }
  }

  @Test
  void anAppThatReadsMessagePackOnlyIsTold() {
    try (SinkScene scene =
        scene().with("realtime.encoding", "json").with("realtime.max.attempts", "2")) {
      fal.registerRealtimeApp(scene.endpoint, RealtimeApp.builder().binaryOnly(true).build());
      scene.start(1).send("k0", Answers.input(0));
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("MessagePack", "realtime.encoding=msgpack", "text frames are not understood");
      scene.with("realtime.encoding", "msgpack").start(1);
      Answers.assertWhole(scene.awaitFinal(1), 1, 1);
    }
  }

  @Test
  void anAppThatIsNotThereFailsTheTaskAndNoInput() {
    try (SinkScene scene = scene()) {
      fal.attachFault(scene.endpoint, Surface.REALTIME, Fault.NOT_FOUND, FalSimulator.ALWAYS);
      scene.start(1).sendAll(2, Answers::input);
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("fal refused a realtime session", "404", "No input is lost");
      assertThat(scene.topics().readAll(scene.results)).isEmpty();

      int asked = fal.receivedRequests().size();
      scene.tolerant().start(1);
      await().atMost(SinkScene.LIMIT).until(() -> fal.receivedRequests().size() >= asked + 5);
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
      fal.clearFaults();
      Answers.assertWhole(scene.awaitFinal(2), 2, 1);
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
    }
  }

  @Test
  void aLockedAccountIsWaitedForAndThenFailsTheTaskWithTheWordsOfFal() {
    String words = "User is locked. Reason: Exhausted balance.";
    try (SinkScene scene = scene().tolerant().with("fal.retry.timeout.ms", "6000");
        WorkerMetrics metrics = WorkerMetrics.connectTo(scene.cluster.worker())) {
      scene.start(1).sendAll(2, Answers::input);
      scene.awaitFinal(2);
      fal.lockAccount(words);
      fal.resetConnections();
      scene.sendAll(2, 4, Answers::input);
      metrics.task(scene.name, 0).await("refused", 1);
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("for more than 6000 ms", words, "No input is lost");
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
      fal.unlockAccount();
      scene.rest().restart(scene.name);
      scene.awaitFinal(4);
    } finally {
      fal.unlockAccount();
    }
  }
}
