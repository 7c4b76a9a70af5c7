// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.client.HttpTestClient;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Json;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RealtimeSurfaceTest {
  private static final String APP = "fal-ai/fast-sdxl";
  private static final String KEY = "test-key";

  private final FalSimulator simulator =
      FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).realtimeSessionLimit(2).build());
  private final OkHttpClient http = new OkHttpClient();

  @AfterEach
  void close() {
    simulator.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  @Test
  void answersInTheEncodingOfTheInput() {
    simulator.registerRealtimeApp(APP, RealtimeApp.builder().images(true).timings(true).build());
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{\"request_id\":\"1\",\"prompt\":\"a\"}");
      session.sendBinary("{\"request_id\":\"2\"}");
      await().until(() -> session.allFrames().size() == 4);

      assertThat(session.texts().get(0).at("/request_id").asText()).isEqualTo("1");
      assertThat(session.texts().get(0).at("/echo/prompt").asText()).isEqualTo("a");
      assertThat(session.texts().get(1).at("/action").asText()).isEqualTo("timings");
      assertThat(session.binaries().get(0).at("/request_id").asText()).isEqualTo("2");
      assertThat(session.binaries().get(0).at("/images/0/content").isBinary()).isTrue();
      assertThat(session.texts().get(2).at("/type").asText()).isEqualTo("x-fal-message");
    }
    assertThat(simulator.realtimeApp(APP).inputs()).hasSize(2);
  }

  @Test
  void aFullBufferDropsItsOldestInputWithoutAWord() {
    RealtimeHandle app = simulator.realtimeApp(APP).hold();
    try (RealtimeClient session = open(KEY)) {
      for (int i = 0; i < 4; i++) {
        session.sendText("{\"n\":" + i + "}");
      }
      await().until(() -> app.inputs().size() == 4);
      app.release();
      await().until(() -> session.allFrames().size() == 2);
      assertThat(numbers(session.allFrames())).containsExactly(2, 3);
      assertThat(app.droppedInputs())
          .extracting(input -> input.get("n").asInt())
          .containsExactly(0, 1);
    }
  }

  @Test
  void theAppSizesTheBufferWhateverTheClientAsksFor() {
    RealtimeHandle app =
        simulator.registerRealtimeApp(APP, RealtimeApp.builder().buffer(3).build()).hold();
    try (RealtimeClient session = open(KEY, "?max_buffering=60")) {
      for (int i = 0; i < 4; i++) {
        session.sendText("{\"n\":" + i + "}");
      }
      await().until(() -> app.inputs().size() == 4);
      assertThat(app.droppedInputs()).hasSize(1);
    }
  }

  @Test
  void aPoisonedInputEndsTheSessionAndIsNotNamed() {
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{\"request_id\":\"1\",\"poison\":true}");
      await().until(session::isClosed);
      assertThat(session.texts().get(0).get("type").asText()).isEqualTo("x-fal-error");
      assertThat(session.texts().get(0).get("error").asText()).isEqualTo("INTERNAL_ERROR");
      assertThat(session.texts().get(0).has("request_id")).isFalse();
    }
  }

  @Test
  void anIdleSessionTimesOut() {
    simulator.registerRealtimeApp(APP, RealtimeApp.builder().idle(Duration.ofMillis(20)).build());
    try (RealtimeClient session = open(KEY)) {
      await().until(session::isClosed);
      assertThat(session.texts().get(0).get("error").asText()).isEqualTo("TIMEOUT");
    }
  }

  @Test
  void withoutAGoodKeyOrTokenNobodyStays() {
    for (String query : List.of("", "?fal_jwt_token=unknown")) {
      try (RealtimeClient session = open(null, query)) {
        await().until(session::isClosed);
        assertThat(session.texts().get(0).get("error").asText()).isEqualTo("Unauthorized");
      }
    }
    assertThat(simulator.unauthorizedCount()).isEqualTo(2);
  }

  @Test
  void aTokenOpensTheAppItWasMintedForUntilItExpires() {
    String token = token("fast-sdxl", 120);
    try (RealtimeClient session = open(null, "?fal_jwt_token=" + token)) {
      session.sendText("{}");
      await().until(() -> session.allFrames().size() == 1);
      simulator.realtimeApp(APP).sendUnauthorized();
      await().until(session::isClosed);
    }
    simulator.expireTokens();
    for (String refused : List.of(token, token("other", 120), token("fast-sdxl", 0))) {
      try (RealtimeClient session = open(null, "?fal_jwt_token=" + refused)) {
        await().until(session::isClosed);
        assertThat(session.texts().get(0).get("error").asText()).isEqualTo("Unauthorized");
      }
    }
  }

  @Test
  void aSessionMayEndWithItsToken() {
    simulator.registerRealtimeApp(APP, RealtimeApp.builder().endsWithToken(true).build());
    try (RealtimeClient session = open(null, "?fal_jwt_token=" + token("fast-sdxl", 1))) {
      await().until(session::isClosed);
      assertThat(session.texts().get(0).get("error").asText()).isEqualTo("Unauthorized");
    }
  }

  @Test
  void modesTieInputsAndOutputsInTheirOwnWay() {
    mode(RealtimeApp.Mode.SERVER_STREAMING, 3);
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{}");
      await().until(session::isClosed);
      assertThat(session.allFrames()).hasSize(3);
    }
    mode(RealtimeApp.Mode.CLIENT_STREAMING, 2);
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{}");
      session.sendText("{}");
      await().until(session::isClosed);
      assertThat(session.allFrames()).hasSize(1);
    }
    mode(RealtimeApp.Mode.BIDIRECTIONAL, 2);
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{}");
      session.sendText("{}");
      await().until(() -> session.allFrames().size() == 4);
    }
  }

  @Test
  void partialFramesMakeOneMessage() {
    simulator.registerRealtimeApp(APP, RealtimeApp.builder().partialFrames(true).build());
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{\"n\":1}");
      session.sendBinary("{\"n\":2}");
      await().until(() -> session.allFrames().size() == 2);
      assertThat(numbers(session.allFrames())).containsExactly(1, 2);
    }
  }

  @Test
  void anAppMayReadBinaryFramesOnly() {
    simulator.registerRealtimeApp(APP, RealtimeApp.builder().binaryOnly(true).build());
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{}");
      await().until(session::isClosed);
      assertThat(session.texts().get(0).get("error").asText()).isEqualTo("INTERNAL_ERROR");
    }
  }

  @Test
  void theAccountHasSoManySessions() {
    try (RealtimeClient one = open(KEY);
        RealtimeClient two = open(KEY)) {
      await().until(() -> simulator.openSessions() == 2);
      try (RealtimeClient three = open(KEY)) {
        await().until(() -> three.refusedWith() == 429);
      }
      assertThat(List.of(one.isClosed(), two.isClosed())).containsOnly(false);
    }
    await().until(() -> simulator.openSessions() == 0);
    assertThat(simulator.maxOpenSessions()).isEqualTo(2);
  }

  @Test
  void faultsCutASessionOrRefuseIt() {
    simulator.attachFault(APP, Surface.REALTIME, Fault.resetAfter(1), 1);
    simulator.attachFault(APP, Surface.REALTIME, Fault.RESET_MID_EVENT, 1);
    simulator.attachFault(APP, Surface.REALTIME, Fault.UNAVAILABLE, 1);
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{}");
      await().until(session::hasFailed);
      assertThat(session.allFrames()).hasSize(1);
    }
    try (RealtimeClient session = open(KEY)) {
      session.sendText("{}");
      await().until(session::hasFailed);
      assertThat(session.allFrames()).isEmpty();
    }
    try (RealtimeClient session = open(KEY)) {
      await().until(() -> session.refusedWith() == 503);
    }
  }

  @Test
  void aDeadPeerDoesNotEvenAnswerPings() {
    OkHttpClient pinging = http.newBuilder().pingInterval(Duration.ofMillis(200)).build();
    simulator.attachFault(APP, Surface.REALTIME, Fault.DEAD_PEER, 1);
    String url = simulator.runUrl() + "/" + APP + "/realtime";
    try (RealtimeClient dead = new RealtimeClient(pinging, url, KEY)) {
      await().until(dead::hasFailed);
      assertThat(dead.refusedWith()).isZero();
    }
  }

  @Test
  void aSilentSessionTakesInputsAndSaysNothing() {
    simulator.attachFault(APP, Surface.REALTIME, Fault.SILENT_AFTER_HEADERS, 1);
    try (RealtimeClient silent = open(KEY)) {
      silent.sendText("{}");
      await().until(() -> simulator.realtimeApp(APP).inputs().size() == 1);
      assertThat(silent.allFrames()).isEmpty();
      simulator.stop();
      await().until(() -> silent.hasFailed() || silent.isClosed());
    }
  }

  private void mode(RealtimeApp.Mode mode, int outputs) {
    simulator.registerRealtimeApp(APP, RealtimeApp.builder().mode(mode).outputs(outputs).build());
  }

  private String token(String alias, int seconds) {
    String body = "{\"allowed_apps\":[\"" + alias + "\"],\"token_expiration\":" + seconds + "}";
    String answer = HttpTestClient.http1(KEY).post(simulator.restUrl() + "/tokens/", body).body();
    return Json.parse(answer).asText();
  }

  private RealtimeClient open(String key) {
    return open(key, "");
  }

  private RealtimeClient open(String key, String query) {
    return new RealtimeClient(http, simulator.runUrl() + "/" + APP + "/realtime" + query, key);
  }

  private static List<Integer> numbers(List<JsonNode> outputs) {
    return outputs.stream().map(output -> output.at("/echo/n").asInt()).toList();
  }
}
