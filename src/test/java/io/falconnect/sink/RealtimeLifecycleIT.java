// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator does to a sink, and what is left of it. */
class RealtimeLifecycleIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static long committed(SinkScene scene) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        scene.topics().committed("connect-" + scene.name);
    OffsetAndMetadata offset = offsets.get(new TopicPartition(scene.inputs, 0));
    return offset == null ? 0 : offset.offset();
  }

  private static void awaitCommitted(SinkScene scene, long offset) {
    await().atMost(SinkScene.LIMIT).until(() -> committed(scene) == offset);
  }

  @Test
  void offsetsNeverPassAnInputThatIsNotAnswered() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 1)
            .with("realtime.result.timeout.ms", "60000")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint);
      scene.start(1).sendAll(5, Answers::input);
      scene.awaitFinal(5);
      awaitCommitted(scene, 5);

      app.hold();
      scene.sendAll(5, 12, Answers::input);
      await().atMost(SinkScene.LIMIT).until(() -> app.inputCount() == 7);
      // Connect commits once more what may be committed.
      scene.rest().stop(scene.name);
      assertThat(committed(scene)).isEqualTo(5);
      await().atMost(SinkScene.LIMIT).until(() -> app.openSessions() == 0);

      scene.rest().resume(scene.name);
      app.release();
      Answers.assertWhole(scene.awaitFinal(12), 12, 1);
      awaitCommitted(scene, 12);
    }
  }

  @Test
  void aPausedConnectorTakesNoInputsAndFinishesWhatItHas() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 1).with("realtime.max.in.flight", "2")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint).hold();
      scene.start(1).sendAll(4, Answers::input);
      await().atMost(SinkScene.LIMIT).until(() -> app.inputCount() == 2);
      scene.rest().pause(scene.name);
      app.release();
      Answers.assertWhole(scene.awaitFinal(4), 4, 1);

      scene.sendAll(4, 8, Answers::input);
      scene.rest().resume(scene.name);
      Answers.assertWhole(scene.awaitFinal(8), 8, 1);
      assertThat(app.inputCount()).isEqualTo(8);
      awaitCommitted(scene, 8);
    }
  }

  @Test
  void aSessionWithNothingToDoIsClosedAndOpenedAgain() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 1).with("realtime.session.idle.ms", "100")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint);
      scene.start(1);
      assertThat(app.sessionsOpened()).isZero();
      for (int i = 0; i < 2; i++) {
        scene.send("k" + i, Answers.input(i));
        scene.awaitFinal(i + 1);
        await().atMost(SinkScene.LIMIT).until(() -> app.openSessions() == 0);
      }
      assertThat(app.sessionsOpened()).isEqualTo(2);
    }
  }

  @Test
  void nothingIsLeftOfADeletedConnector() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 2)
            .with("tasks.max", "2")
            .with("realtime.connections", "2")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint).hold();
      scene.start(2).sendAll(50, Answers::input);
      await().atMost(SinkScene.LIMIT).until(() -> app.openSessions() == 4);
      assertThat(scene.cluster.worker().takeThreadDump())
          .contains("fal-" + scene.name + "-0-delivery", "fal-" + scene.name + "-1-delivery");

      scene.rest().delete(scene.name);
      await().atMost(SinkScene.LIMIT).until(() -> app.openSessions() == 0);
      await()
          .atMost(SinkScene.LIMIT)
          .until(() -> !scene.cluster.worker().takeThreadDump().contains("fal-" + scene.name));
      assertThat(scene.cluster.worker().log().lines())
          .filteredOn(line -> line.contains(scene.name + "|") && line.contains("Stopped in"))
          .hasSize(2);
    }
  }
}
