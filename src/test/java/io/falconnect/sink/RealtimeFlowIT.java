// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How much is under way at a time, on how many sessions, and in which order. */
class RealtimeFlowIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static RealtimeApp slow(int millis) {
    return RealtimeApp.builder().work(Duration.ofMillis(millis)).build();
  }

  @Test
  void noMoreIsUnansweredThanTheAppBuffers() {
    try (SinkScene scene = SinkScene.realtime(SharedCluster.get(), fal, 3)) {
      RealtimeHandle app = fal.registerRealtimeApp(scene.endpoint, slow(20));
      scene.start(1).sendAll(80, Answers::input);
      Answers.assertWhole(scene.awaitFinal(80), 80, 1);
      assertThat(app.droppedInputs()).isEmpty();
      assertThat(app.inputCount()).isEqualTo(80);
    }
  }

  @Test
  void falIsAskedToBufferMore() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 1).with("realtime.max.buffering", "20")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(scene.endpoint, RealtimeApp.builder().buffer(20).build()).hold();
      scene.start(1).sendAll(60, Answers::input);
      // The app has shown no ids yet.
      await().atMost(SinkScene.LIMIT).until(() -> app.inputCount() == 1);
      app.release();
      scene.awaitFinal(60);
      app.hold();
      scene.sendAll(60, 100, Answers::input);
      await().atMost(SinkScene.LIMIT).until(() -> app.inputCount() == 80);
      app.release();
      Answers.assertWhole(scene.awaitFinal(100), 100, 1);
      assertThat(app.droppedInputs()).isEmpty();
      assertThat(app.inputCount()).isEqualTo(100);
      assertThat(fal.receivedRequests())
          .filteredOn(request -> request.surface() == Surface.REALTIME)
          .filteredOn(request -> request.path().contains(scene.endpoint))
          .extracting(request -> request.query())
          .containsOnly("max_buffering=20");
    }
  }

  @Test
  void aKeyKeepsItsOrderOverSeveralSessionsThatAreCut() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 2)
            .tolerant()
            .with("realtime.connections", "3")) {
      RealtimeHandle app = fal.registerRealtimeApp(scene.endpoint, slow(5));
      scene.start(1);
      scene
          .topics()
          .produceAll(
              IntStream.range(0, 200)
                  .mapToObj(
                      i ->
                          new ProducerRecord<>(
                              scene.inputs,
                              utf8("k" + i % 20),
                              utf8("{\"prompt\":\"p" + i % 20 + "\"}")))
                  .toList());
      await().atMost(SinkScene.LIMIT).until(() -> app.inputCount() >= 60);
      app.resetConnections();

      Map<String, List<JsonNode>> results =
          scene.await("200 results", records -> records.size() >= 200);
      Answers.assertAnswered(results, 20);
      results.forEach(
          (key, found) -> {
            assertThat(found).as(key).hasSize(10);
            assertThat(found)
                .as(key)
                .extracting(result -> result.path("input_offset").asLong())
                .isSorted()
                .doesNotHaveDuplicates();
          });
      assertThat(app.maxOpenSessions()).isEqualTo(3);
      assertThat(app.droppedInputs()).isEmpty();
    }
  }

  @Test
  void tasksTakeTurnsWhereTheAccountHasOneSession() {
    SimulatorConfig one = SimulatorConfig.builder().realtimeSessionLimit(1).build();
    try (FalSimulator small = FalSimulator.start(one);
        SinkScene scene =
            SinkScene.realtime(SharedCluster.get(), small, 2)
                .with("tasks.max", "2")
                .with("realtime.session.idle.ms", "100")) {
      scene.start(2).sendAll(60, Answers::input);
      Answers.assertWhole(scene.awaitFinal(60), 60, 1);
      assertThat(small.maxOpenSessions()).isEqualTo(1);
      await().atMost(SinkScene.LIMIT).until(() -> small.openSessions() == 0);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
