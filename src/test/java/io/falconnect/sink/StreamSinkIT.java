// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.stream.StreamApp;
import io.falconnect.simulator.stream.StreamHandle;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Inputs posted, progressive outputs streamed back. */
class StreamSinkIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static SinkScene scene(int partitions) {
    return SinkScene.stream(SharedCluster.get(), fal, partitions);
  }

  private static void fault(SinkScene scene, Fault... faults) {
    for (Fault fault : faults) {
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, fault, 1);
    }
  }

  @Test
  void everyOutputIsAFrameAndTheLastIsFinal() {
    try (SinkScene scene = scene(3).start(1)) {
      scene.sendAll(100, Answers::input);
      Map<String, List<JsonNode>> results = scene.awaitFinal(100);
      assertThat(results).hasSize(100);
      results.forEach(StreamSinkIT::assertThreeFrames);
      assertThat(fal.streamApp(scene.endpoint).maxOpenStreams()).isLessThanOrEqualTo(4);
    }
  }

  private static void assertThreeFrames(String key, List<JsonNode> frames) {
    assertThat(frames.stream().map(frame -> frame.path("frame").asInt()))
        .as(key)
        .containsExactly(0, 1, 2);
    assertThat(frames.stream().map(frame -> frame.path("final").asBoolean()))
        .containsExactly(false, false, true);
    assertThat(frames)
        .allMatch(frame -> frame.at("/output/echo/prompt").asText().equals("p" + key.substring(1)));
  }

  @Test
  void anAnswerInOnePieceIsOneFinalResult() {
    try (SinkScene scene = scene(1).with("stream.path", "/other").start(1)) {
      fal.registerStreamApp(scene.endpoint, StreamApp.json("{\"text\":\"whole\"}").at("/other"));
      scene.send("json", "{}");
      JsonNode json = only(scene.awaitFinal(1).get("json"));
      assertThat(json.at("/output/text").asText()).isEqualTo("whole");
      fal.registerStreamApp(
          scene.endpoint, StreamApp.binary("image/png", new byte[] {1, 2, 3}).at("/other"));
      scene.send("binary", "{}");
      JsonNode binary = only(scene.awaitFinal(2).get("binary"));
      assertThat(binary.at("/output/content_type").asText()).isEqualTo("image/png");
      assertThat(binary.at("/output/content").asText()).isEqualTo("AQID");
    }
  }

  private static JsonNode only(List<JsonNode> results) {
    assertThat(results).hasSize(1);
    assertThat(results.get(0).path("final").asBoolean()).isTrue();
    assertThat(results.get(0).path("frame").asInt()).isZero();
    return results.get(0);
  }

  @Test
  void whatAStreamSaysIsWhatIsPublished() {
    try (SinkScene scene = scene(1).tolerant().with("fal.idle.timeout.ms", "500").start(1)) {
      answer(scene, "cut", "data: {\"a\":1}\n");
      answer(scene, "done", "data: {\"a\":1}\n\ndata: [DONE]\n\n");
      fal.registerStreamApp(scene.endpoint, StreamApp.lines("{\"a\":1}", "{\"a\":2}"));
      scene.send("lines", "{}");
      scene.awaitFinal(3);
      StreamApp cold = StreamApp.events("{\"a\":1}").headersAfter(Duration.ofSeconds(2));
      fal.registerStreamApp(scene.endpoint, cold);
      scene.send("cold", "{}");
      Map<String, List<JsonNode>> results = scene.awaitFinal(4);
      for (String key : List.of("cut", "done", "cold")) {
        assertThat(only(results.get(key)).at("/output/a").asInt()).as(key).isEqualTo(1);
      }
      assertThat(results.get("lines"))
          .extracting(r -> r.at("/output/a").asInt())
          .containsExactly(1, 2);
      assertThat(results.get("lines"))
          .extracting(r -> r.path("final").asBoolean())
          .containsExactly(false, true);
      assertThat(calls(scene)).isEqualTo(4);
    }
  }

  @Test
  void whatFalSaysWentWrongIsNoResult() {
    try (SinkScene scene = scene(1).tolerant().start(1)) {
      String output = "data: {\"output\":\"one\"}\n\n";
      answer(
          scene,
          "llm",
          output + "data: {\"error\":{\"message\":\"overloaded\",\"code\":502}}\n\n" + output);
      answer(
          scene,
          "workflow",
          "data: {\"type\":\"submit\",\"node_id\":\"n1\"}\n\ndata: {\"type\":\"error\","
              + "\"node_id\":\"n1\",\"message\":\"node failed\",\"error\":{\"status\":422}}\n\n");
      fault(scene, Fault.finalError(500));
      scene.send("refused", "{}");
      Map<String, List<JsonNode>> results = scene.awaitFinal(3);
      assertError(results.get("llm").get(1), 1, "STREAM_ERROR", "overloaded", "502");
      assertError(results.get("workflow").get(1), 1, "STREAM_ERROR", "n1", "node failed", "422");
      assertError(Answers.onlyError(results.get("refused")), 0, "HTTP_500", "HTTP 500");
      assertThat(calls(scene)).isEqualTo(3);
      assertThat(scene.topics().awaitRecords(scene.deadLetters, 3)).hasSize(3);
    }
  }

  /** Sends an input that fal answers with this stream. */
  private static void answer(SinkScene scene, String key, String stream) {
    Map<String, String> type = Map.of("Content-Type", "text/event-stream");
    fault(scene, Fault.reply(200, type, stream));
    scene.send(key, "{}");
    scene.await(
        key,
        records ->
            SinkScene.byKey(records).getOrDefault(key, List.of()).stream()
                .anyMatch(r -> r.path("final").asBoolean()));
  }

  private static long calls(SinkScene scene) {
    return fal.receivedRequests().stream()
        .filter(request -> request.path().startsWith("/" + scene.endpoint))
        .count();
  }

  @Test
  void resultsMayHaveASchema() {
    try (SinkScene scene =
        scene(1)
            .with("result.format", "struct")
            .with("result.value.converter", "org.apache.kafka.connect.json.JsonConverter")
            .with("result.value.converter.schemas.enable", "true")
            .start(1)) {
      scene.send("k0", Answers.input(0));
      List<JsonNode> results = scene.awaitFinal(1).get("k0");
      assertThat(results).hasSize(3);
      assertThat(results.get(0).at("/schema/name").asText())
          .isEqualTo("io.falconnect.RealtimeResult");
      JsonNode output = SinkScene.json(results.get(2).at("/payload/output").asText());
      assertThat(output.path("done").asBoolean()).isTrue();
      assertThat(output.at("/echo/prompt").asText()).isEqualTo("p0");
    }
  }

  @Test
  void howAStreamIsWrittenDoesNotMatter() {
    try (SinkScene scene = scene(1).with("stream.max.in.flight", "1").start(1)) {
      fal.registerStreamApp(scene.endpoint, StreamApp.events("{\"a\":\"grüße\"}", "{\"a\":2}"));
      fault(
          scene,
          Fault.BYTE_ORDER_MARK,
          Fault.CRLF,
          Fault.CR,
          Fault.MULTI_LINE_DATA,
          Fault.SPLIT_UTF8,
          Fault.allOf(Fault.CR, Fault.BYTE_ORDER_MARK, Fault.RETRY_LINE));
      scene.sendAll(6, Answers::input);
      Map<String, List<JsonNode>> results = scene.awaitFinal(6);
      results.forEach(
          (key, frames) -> {
            assertThat(frames).as(key).hasSize(2);
            assertThat(frames.get(0).at("/output/a").asText()).as(key).isEqualTo("grüße");
            assertThat(frames.get(1).at("/output/a").asInt()).as(key).isEqualTo(2);
          });
      assertThat(fal.streamApp(scene.endpoint).inputs()).hasSize(6);
    }
  }

  @Test
  void anInputIsTriedAgainOnlyWhileNothingOfItIsPublished() {
    try (SinkScene scene = scene(1).tolerant().start(1)) {
      fault(scene, Fault.UNAVAILABLE, Fault.retryAfterSeconds(1), Fault.RESET_BEFORE_HEADERS);
      // One event is not published yet: it is held until it is known whether it is the last.
      fault(scene, Fault.resetAfter(1), Fault.BAD_GATEWAY, Fault.cleanEndAfter(0));
      scene.send("k0", Answers.input(0));
      assertThreeFrames("k0", scene.awaitFinal(1).get("k0"));
      assertThat(posted(scene, 0)).isEqualTo(7);

      fault(scene, Fault.resetAfter(2));
      scene.send("k1", Answers.input(1));
      List<JsonNode> broken = scene.awaitFinal(2).get("k1");
      assertThat(broken).hasSize(3);
      assertThat(broken.get(1).path("final").asBoolean()).isFalse();
      assertError(broken.get(2), 2, "CONNECTION", "after 2 frames were published", "no replay");
      assertThat(posted(scene, 1)).isEqualTo(1);

      fault(scene, Fault.UNPROCESSABLE);
      scene.send("k2", Answers.input(2));
      JsonNode refused = Answers.onlyError(scene.awaitFinal(3).get("k2"));
      assertError(refused, 0, "HTTP_422", "HTTP 422", "field required");
      assertThat(posted(scene, 2)).isEqualTo(1);

      List<ConsumerRecord<String, String>> letters =
          scene.topics().awaitRecords(scene.deadLetters, 2);
      assertThat(letters).extracting(ConsumerRecord::key).containsExactly("k1", "k2");
      assertThat(letters)
          .extracting(ConsumerRecord::value)
          .containsExactly(Answers.input(1), Answers.input(2));
      assertThat(Answers.reasons(letters).get(0)).contains("after 2 frames were published");
      assertThat(Answers.reasons(letters).get(1)).contains("offset 2) failed: HTTP_422");
    }
  }

  @Test
  void whatFalRefusesForGoodIsADeadLetterAtOnce() {
    try (SinkScene scene = scene(1).tolerant().start(1)) {
      fault(scene, Fault.status(400, "bad"), Fault.UNPROCESSABLE, Fault.USER_TIMEOUT);
      scene.sendAll(3, Answers::input);
      Map<String, List<JsonNode>> results = scene.awaitFinal(3);
      assertThat(results.values())
          .extracting(found -> Answers.onlyError(found).path("error").asText())
          .containsExactlyInAnyOrder("HTTP_400", "HTTP_422", "request_timeout");
      assertThat(scene.topics().awaitRecords(scene.deadLetters, 3)).hasSize(3);
      assertThat(fal.streamApp(scene.endpoint).inputs()).isEmpty();
    }
  }

  @Test
  void aRefusalIsADeadLetterOnlyIfFalTakesOthers() {
    try (SinkScene scene = scene(1).tolerant()) {
      fal.setApiKey("another");
      scene.start(1).sendAll(20, Answers::input);
      await().atMost(SinkScene.LIMIT).until(() -> fal.unauthorizedCount() >= 8);
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
      assertThat(scene.results()).isEmpty();
      fal.setApiKey(null);
      scene.awaitFinal(20);

      fal.forbidInputsWith("\"p20\"");
      scene.sendAll(20, 25, Answers::input);
      Map<String, List<JsonNode>> results = scene.awaitFinal(25);
      assertThat(Answers.onlyError(results.get("k20")).path("error").asText())
          .isEqualTo("HTTP_403");
      assertThat(scene.topics().awaitRecords(scene.deadLetters, 1))
          .extracting(ConsumerRecord::key)
          .containsExactly("k20");
    } finally {
      fal.setApiKey(null);
      fal.forbidInputsWith(null);
    }
  }

  private static void assertError(JsonNode result, int frame, String error, String... reason) {
    assertThat(result.path("frame").asInt()).isEqualTo(frame);
    assertThat(result.path("final").asBoolean()).isTrue();
    assertThat(result.path("output").isNull()).isTrue();
    assertThat(result.path("error").asText()).isEqualTo(error);
    assertThat(result.path("reason").asText()).contains(reason);
  }

  private static long posted(SinkScene scene, int number) {
    return fal.receivedRequests().stream()
        .filter(request -> request.path().startsWith("/" + scene.endpoint))
        .filter(request -> Answers.input(number).equals(request.body()))
        .count();
  }

  @Test
  void aSilentStreamIsGivenUp() {
    try (SinkScene scene =
        scene(1)
            .tolerant()
            .with("fal.idle.timeout.ms", "1500")
            .with("stream.response.timeout.ms", "4000")
            .start(1)) {
      fault(scene, Fault.silentAfter(0));
      scene.send("k0", Answers.input(0));
      assertThreeFrames("k0", scene.awaitFinal(1).get("k0"));

      fault(scene, Fault.silentAfter(2));
      scene.send("k1", Answers.input(1));
      List<JsonNode> silent = scene.awaitFinal(2).get("k1");
      assertError(
          silent.get(2), 2, "CONNECTION", "silent for 1500 ms", "after 2 frames were published");
      await().atMost(SinkScene.LIMIT).until(() -> fal.streamApp(scene.endpoint).openStreams() == 0);
    }
  }

  @Test
  void withoutToleranceTheTaskFails() {
    try (SinkScene scene = scene(1)) {
      fault(scene, Fault.UNAUTHORIZED);
      scene.start(1).send("k0", Answers.input(0));
      awaitFailure(scene, "fal refused input", "401", "No input is lost");
      scene.rest().restart(scene.name);
      scene.awaitFinal(1);

      fault(scene, Fault.NOT_FOUND);
      scene.send("k1", Answers.input(1));
      awaitFailure(scene, "offset 1) failed: HTTP_404");
      scene.rest().restart(scene.name);
      scene.awaitFinal(2);

      fault(scene, Fault.resetAfter(2));
      scene.send("k2", Answers.input(2));
      awaitFailure(scene, "offset 2) failed: CONNECTION", "after 2 frames were published");
    }
  }

  private static void awaitFailure(SinkScene scene, String... words) {
    scene
        .rest()
        .awaitStatus(
            scene.name,
            "a failure that says " + List.of(words),
            SinkScene.LIMIT,
            status -> List.of(words).stream().allMatch(status.traces()::contains));
  }

  @Test
  void ofAKeyOneAtATimeAndNoMoreThanAllowed() {
    try (SinkScene scene = scene(1).with("stream.max.in.flight", "3").start(1)) {
      StreamHandle app =
          fal.registerStreamApp(scene.endpoint, StreamApp.echo().every(Duration.ofMillis(10)));
      for (int i = 0; i < 24; i++) {
        scene.send("k" + i % 4, Answers.input(i));
      }
      Map<String, List<JsonNode>> results =
          scene.await("72 results", records -> records.size() >= 72);
      results.forEach(
          (key, frames) -> {
            assertThat(frames).as(key).hasSize(18);
            for (int i = 0; i < frames.size(); i++) {
              int number = Integer.parseInt(key.substring(1)) + i / 3 * 4;
              assertThat(frames.get(i).at("/output/echo/prompt").asText()).isEqualTo("p" + number);
              assertThat(frames.get(i).path("frame").asInt()).isEqualTo(i % 3);
            }
          });
      assertThat(app.maxOpenStreams()).isEqualTo(3);
    }
  }

  @Test
  void nothingIsLeftOfAStoppedConnectorAndNothingIsLost() {
    try (SinkScene scene =
        scene(2).with("tasks.max", "2").with("fal.idle.timeout.ms", "60000").start(2)) {
      StreamHandle app = fal.streamApp(scene.endpoint).hold();
      scene.sendAll(40, Answers::input);
      await().atMost(SinkScene.LIMIT).until(() -> app.openStreams() == 8);
      scene.rest().stop(scene.name);
      await().atMost(SinkScene.LIMIT).until(() -> app.openStreams() == 0);

      app.release();
      scene.rest().resume(scene.name);
      Map<String, List<JsonNode>> results = scene.awaitFinal(40);
      results.forEach(StreamSinkIT::assertThreeFrames);
      scene.rest().delete(scene.name);
      await()
          .atMost(SinkScene.LIMIT)
          .until(() -> !scene.cluster.worker().takeThreadDump().contains("fal-" + scene.name));
      assertThat(app.openStreams()).isZero();
    }
  }
}
