// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeApp.Encoding;
import io.falconnect.simulator.realtime.RealtimeApp.Mode;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When inputs are done, with apps that answer each in their own way. */
class RealtimeCompletionIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  /** One failed attempt would be one too many. */
  private static SinkScene scene(String completion) {
    return SinkScene.realtime(SharedCluster.get(), fal, 2)
        .with("realtime.max.attempts", "1")
        .with("realtime.completion", completion);
  }

  private static RealtimeApp.Builder app(Mode mode, int outputs, boolean echo) {
    return RealtimeApp.builder().mode(mode).outputs(outputs).echoesRequestId(echo);
  }

  @ParameterizedTest
  @CsvSource({"json, MSGPACK, true", "msgpack, JSON, false"})
  void firstFramesInOrderWhereNoIdsAreEchoed(String sent, Encoding answered, boolean partial) {
    try (SinkScene scene = scene("first").with("realtime.encoding", sent)) {
      fal.registerRealtimeApp(
          scene.endpoint,
          app(Mode.UNARY, 1, false)
              .encoding(answered)
              .images(true)
              .partialFrames(partial)
              .binaryOnly(sent.equals("msgpack"))
              .build());
      scene.start(1).sendAll(60, Answers::input);

      Map<String, List<JsonNode>> results = scene.awaitFinal(60);
      Answers.assertWhole(results, 60, 1);
      assertThat(results.values())
          .allSatisfy(
              frames ->
                  assertThat(frames.get(0).at("/output/images/0/content").asText())
                      .isEqualTo("/9j/AAECAw=="));
    }
  }

  @Test
  void eachInputHasItsOwnOutputWhereTheAppGreets() {
    try (SinkScene scene = scene("first").with("realtime.ignore", "/type=ready")) {
      fal.registerRealtimeApp(
          scene.endpoint,
          app(Mode.UNARY, 1, false)
              .greets("{\"type\":\"ready\"}", Duration.ofMillis(60))
              .work(Duration.ofMillis(200))
              .build());
      scene.start(1).sendAll(3, Answers::input);
      Answers.assertWhole(scene.awaitFinal(3), 3, 1);
    }
  }

  @Test
  void eachInputHasItsOwnOutputWhereTheAppSendsHeartbeats() {
    try (SinkScene scene = scene("first")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint,
              app(Mode.UNARY, 1, false)
                  .heartbeats("ping", Duration.ofMillis(100))
                  .work(Duration.ofMillis(500))
                  .build());
      scene.start(1).sendAll(3, Answers::input);
      Answers.assertWhole(scene.awaitFinal(3), 3, 1);
      assertThat(app.inputCount()).isEqualTo(3);
    }
  }

  @Test
  void timingsMessages() {
    try (SinkScene scene = scene("timings")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint, app(Mode.UNARY, 1, false).timings(true).partialFrames(true).build());
      scene.start(1).sendAll(60, Answers::input);
      Answers.assertWhole(scene.awaitFinal(60), 60, 1);
      assertThat(app.droppedInputs()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void quietAfterTheLastFrame(boolean echo) {
    try (SinkScene scene = scene("quiet").with("realtime.completion.quiet.ms", "1000")) {
      fal.registerRealtimeApp(scene.endpoint, app(Mode.BIDIRECTIONAL, 3, echo).build());
      scene.start(1).sendAll(8, Answers::input);
      Answers.assertWhole(scene.awaitFinal(8), 8, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sessionsThatAreClosedAfterTheLastFrame(boolean echo) {
    // Nothing is waited for where the close tells the end.
    try (SinkScene scene = scene("quiet").with("realtime.completion.quiet.ms", "60000")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(scene.endpoint, app(Mode.SERVER_STREAMING, 3, echo).build());
      scene.start(1).sendAll(20, Answers::input);
      Answers.assertWhole(scene.awaitFinal(20), 20, 3);
      assertThat(app.sessionsOpened()).isGreaterThanOrEqualTo(20);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFieldOfTheLastFrame(boolean echo) {
    try (SinkScene scene = scene("field").with("realtime.completion.field", "/final")) {
      fal.registerRealtimeApp(scene.endpoint, app(Mode.BIDIRECTIONAL, 3, echo).build());
      scene.start(1).sendAll(40, Answers::input);
      Answers.assertWhole(scene.awaitFinal(40), 40, 3);
    }
  }

  @Test
  void inputsThatAreDoneWhenTheyAreSent() {
    try (SinkScene scene = scene("sent")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(scene.endpoint, app(Mode.CLIENT_STREAMING, 5, true).build());
      scene.start(1).sendAll(5, Answers::input);
      List<JsonNode> first = output(scene, 1);
      assertThat(app.openSessions()).isZero();

      scene.sendAll(5, 10, Answers::input);
      List<JsonNode> second = output(scene, 2);
      assertThat(first.get(0)).isEqualTo(second.get(0));
      assertThat(second).hasSize(2);
      assertThat(second)
          .allSatisfy(
              result -> {
                assertThat(result.at("/output/received").asInt()).isEqualTo(5);
                // Whether more comes for an input nobody can know.
                assertThat(result.path("final").asBoolean()).isFalse();
                assertThat(result.at("/output/request_id")).isEqualTo(result.path("request_id"));
              });
    }
  }

  private static List<JsonNode> output(SinkScene scene, int number) {
    return scene.topics().awaitRecords(scene.results, number).stream()
        .map(record -> SinkScene.json(record.value()))
        .sorted(Comparator.comparing(result -> result.path("received_at").asText()))
        .toList();
  }
}
