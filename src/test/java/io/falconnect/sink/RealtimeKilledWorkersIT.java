// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.Waits;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Workers and brokers that are killed as {@code kill -9} does, while inputs are under way. */
class RealtimeKilledWorkersIT {
  private static FalSimulator fal;
  private static KafkaBroker broker;
  private final Random random = new Random(42);
  private final Map<RealtimeHandle, Long> inputsAtCut = new HashMap<>();

  @BeforeAll
  static void start() {
    Jdks.workerJdk();
    fal = FalSimulator.start();
    broker = KafkaBroker.startNew();
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
    if (fal != null) {
      fal.close();
    }
  }

  @Test
  void nothingIsLostOrMixedUpWhileSocketsAreCutAndOneWorkerAfterAnotherIsKilled() {
    try (KafkaCluster cluster = KafkaCluster.start(broker, options("sink-killed"), 2);
        SinkScene echoing = scene(cluster).with("tasks.max", "2");
        SinkScene silent = scene(cluster)) {
      RealtimeHandle echoes = app(echoing, true);
      RealtimeHandle orders = app(silent, false);
      send(echoing, 0, 10_000);
      send(silent, 0, 2_500);
      echoing.start(2);
      silent.start(1);
      ConnectWorker first = cluster.workers().get(0);
      ConnectWorker second = cluster.workers().get(1);

      awaitWithCuts(echoing, 1_500, echoes, orders);
      awaitCommits(echoing);
      awaitCommits(silent);
      restart(first);
      awaitWithCuts(echoing, 4_000, echoes, orders);
      first.awaitReady();
      restart(second);
      awaitWithCuts(echoing, 7_000, echoes, orders);
      second.awaitReady();
      restart(first);

      awaitWithCuts(silent, 2_500, echoes, orders);
      awaitWithCuts(echoing, 10_000, echoes, orders);
      first.awaitReady();
      // Commits go on between all this, so that not everything is done again.
      assertThat(Deliveries.assertNothingLost(echoing)).isLessThan(5_000);
      assertThat(Deliveries.assertNothingLost(silent)).isLessThan(2_500);
      assertWithinBounds(echoes, 2);
      assertWithinBounds(orders, 1);
      cluster.rest().awaitRunning(echoing.name, 2);
      cluster.rest().awaitRunning(silent.name, 1);
    }
  }

  @Test
  void tasksMoveToAWorkerThatJoinsAndBackFromOneThatIsKilled() {
    try (KafkaCluster cluster = KafkaCluster.start(broker, options("sink-moving"), 1);
        SinkScene scene = scene(cluster).with("tasks.max", "2")) {
      RealtimeHandle app = app(scene, true);
      send(scene, 0, 4_000);
      scene.start(2);
      scene.awaitFinal(500);
      ConnectWorker joining = cluster.addWorker();
      scene.awaitTaskOn(joining, 2);
      send(scene, 4_000, 8_000);
      scene.awaitFinal(4_500);
      cluster.worker().kill();

      scene.awaitFinal(8_000);
      assertThat(Deliveries.assertNothingLost(scene)).isLessThan(4_000);
      assertWithinBounds(app, 2);
      cluster.rest().awaitRunning(scene.name, 2);
    }
  }

  @Test
  void theSinkGoesOnAfterTheBrokerWasKilledWithoutAnybodysHelp() {
    KafkaBroker own = KafkaBroker.startNew();
    try (KafkaCluster cluster = KafkaCluster.start(own, options("sink-broker"), 1);
        SinkScene scene = scene(cluster)) {
      RealtimeHandle app = app(scene, true);
      send(scene, 0, 3_000);
      scene.start(1);
      scene.awaitFinal(500);
      own.kill();
      own.start();

      scene.awaitFinal(3_000);
      Deliveries.assertNothingLost(scene);
      assertWithinBounds(app, 1);
      cluster.rest().awaitRunning(scene.name, 1);
    } finally {
      own.close();
    }
  }

  private static WorkerOptions options(String group) {
    return WorkerOptions.defaults()
        .groupId(group)
        .exactlyOnce(false)
        .offsetFlushInterval(Duration.ofMillis(300))
        .property("session.timeout.ms", "3000")
        .jdk(Jdks.workerJdk());
  }

  /** A killed task's partitions are missed in seconds: the sink's consumer has Kafka's 45 s. */
  private static SinkScene scene(KafkaCluster cluster) {
    return SinkScene.realtime(cluster, fal, 3)
        .tolerant()
        .with("realtime.max.in.flight", "8")
        .with("realtime.max.buffering", "16")
        .with("realtime.result.timeout.ms", "15000")
        .with("consumer.override.session.timeout.ms", "3000")
        .with("consumer.override.heartbeat.interval.ms", "1000");
  }

  /** Slow enough for things to happen in the middle. */
  private static RealtimeHandle app(SinkScene scene, boolean echoesRequestId) {
    return fal.registerRealtimeApp(
        scene.endpoint,
        RealtimeApp.builder()
            .buffer(16)
            .work(Duration.ofMillis(2))
            .echoesRequestId(echoesRequestId)
            .build());
  }

  private static void send(SinkScene scene, int from, int to) {
    scene.sendAll(from, to, i -> "{\"number\":" + i + "}");
  }

  private static void restart(ConnectWorker worker) {
    worker.kill();
    worker.launch();
  }

  /** Waits for results, while sockets are cut now and then. */
  private void awaitWithCuts(SinkScene scene, int finals, RealtimeHandle... apps) {
    scene.await(
        finals + " final results",
        records -> {
          cut(apps[random.nextInt(apps.length)]);
          return SinkScene.finals(records) >= finals;
        });
  }

  /** Not before a good many inputs have come: one that is cut off again and again has failed. */
  private void cut(RealtimeHandle app) {
    long inputs = app.inputCount();
    if (inputs - inputsAtCut.getOrDefault(app, 0L) >= 200 && random.nextInt(3) == 0) {
      inputsAtCut.put(app, inputs);
      app.resetConnections();
    }
  }

  private static void awaitCommits(SinkScene scene) {
    Waits.until(
        "offsets of " + scene.name + " to be committed",
        Duration.ofSeconds(60),
        () -> Optional.of(Deliveries.committed(scene)).filter(offsets -> !offsets.isEmpty()),
        () -> "");
  }

  /** A session takes its inputs with it: not even those of killed workers are ever too many. */
  private static void assertWithinBounds(RealtimeHandle app, int tasks) {
    assertThat(app.droppedInputs()).isEmpty();
    assertThat(app.maxOpenSessions()).isBetween(1, tasks);
  }
}
