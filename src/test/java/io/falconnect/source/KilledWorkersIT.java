// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.Operator;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.LogsOnReconnect;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Workers that are killed as {@code kill -9} does while requests live on. */
class KilledWorkersIT {

  private static final List<String> LINES = List.of("a", "b", "c", "d", "e");
  private static final LogsOnReconnect[] CHOICES = LogsOnReconnect.values();

  private static FalSimulator fal;
  private static KafkaBroker broker;
  private final List<String> asked = new ArrayList<>();

  @BeforeAll
  static void start() {
    Jdks.workerJdk();
    fal = FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(500)).build());
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
  void exactlyOnceHoldsWhileOneWorkerAfterAnotherIsKilled() {
    WorkerOptions options = options("killed-exactly-once", true);
    try (KafkaCluster cluster = KafkaCluster.start(broker, options, 2);
        SourceScene scene =
            new SourceScene(cluster, fal, 4)
                .with("tasks.max", "2")
                .with("status.logs", "true")
                .start(2)) {
      ConnectWorker first = cluster.workers().get(0);
      ConnectWorker second = cluster.workers().get(1);

      // In the middle of the first requests' control records and first events.
      ask(scene, 170);
      await(scene, "events of 85 requests", records -> keys(records) >= 85);
      restart(first);

      // Before most of the control records are read, while the work is being shared out again.
      first.awaitReady();
      ask(scene, 165);
      restart(second);

      // In the middle of events of all kinds.
      await(scene, "events of 250 requests", records -> keys(records) >= 250);
      second.awaitReady();
      ask(scene, 165);
      await(scene, "events of 420 requests", records -> keys(records) >= 420);
      restart(first);

      await(scene, "500 outcomes", records -> SourceScene.outcomes(records) >= 500);
      first.awaitReady();
      Map<String, List<JsonNode>> events = scene.events();
      assertThat(asked).hasSize(500);
      assertThat(first.log() + second.log()).containsPattern("control, [1-9]\\d+ watches open");
      Histories.assertWhole(events, asked);
      events.forEach(KilledWorkersIT::assertLogs);
      cluster.rest().awaitRunning(scene.name, 2);
    }
  }

  @Test
  void withoutExactlyOnceNothingIsLostWhenAWorkerIsKilledAndAnotherTakesOver() {
    WorkerOptions options = options("killed-plain", false);
    try (KafkaCluster cluster = KafkaCluster.start(broker, options, 1);
        SourceScene scene = new SourceScene(cluster, fal, 4).with("tasks.max", "2").start(2)) {
      ask(scene, 60);
      await(scene, "events of 60 requests", records -> keys(records) >= 60);
      cluster.addWorker();
      ask(scene, 60);
      await(scene, "events of 90 requests", records -> keys(records) >= 90);
      cluster.worker().kill();

      scene.awaitOutcomes(120);
      cluster.rest().awaitRunning(scene.name, 2);
      Histories.assertNothingLost(scene.events(), asked);
    }
  }

  private static WorkerOptions options(String group, boolean exactlyOnce) {
    return WorkerOptions.defaults().groupId(group).exactlyOnce(exactlyOnce).jdk(Jdks.workerJdk());
  }

  private static void restart(ConnectWorker worker) {
    worker.kill();
    worker.launch();
  }

  /** Requests that begin their lives now, and take between three and twenty seconds. */
  private void ask(SourceScene scene, int count) {
    List<String> ids =
        IntStream.range(asked.size(), asked.size() + count)
            .mapToObj(i -> scene.name + "-" + i)
            .toList();
    ids.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, life(number(id))));
    scene.askAll(ids);
    asked.addAll(ids);
  }

  private static Script life(int number) {
    Script.Builder life = Script.builder().every(Duration.ofMillis(400 + number % 10 * 200L));
    for (int position = 2 + number % 3; position >= 0; position--) {
      life.inQueue(position);
    }
    return life.inProgress("a")
        .inProgress("b", "c")
        .inProgress("d")
        .completed(1.0, "e")
        .logsOnReconnect(CHOICES[number % CHOICES.length])
        .build();
  }

  /** Where the server repeats all lines, none may lack. */
  private static void assertLogs(String id, List<JsonNode> events) {
    Histories.assertLogsInOrder(events, LINES);
    if (CHOICES[number(id) % CHOICES.length] != LogsOnReconnect.INCREMENTAL) {
      assertThat(SourceScene.logs(events)).as("lines of %s", events).isEqualTo(LINES);
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
  }

  private static long keys(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(ConsumerRecord::key).distinct().count();
  }

  /** Waits like {@link SourceScene#await}, and does meanwhile what an operator has to do. */
  private static void await(
      SourceScene scene, String what, Predicate<List<ConsumerRecord<String, String>>> wanted) {
    scene
        .topics()
        .awaitRecords(
            scene.status,
            what,
            SourceScene.LIMIT,
            records -> {
              boolean there = wanted.test(records);
              if (!there) {
                Operator.reviveTasks(scene.cluster, scene.name);
              }
              return there;
            });
  }
}
