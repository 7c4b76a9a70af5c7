// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The broker, and fal, go away and come back while requests live on. */
class RestartsIT {
  private static final int WATCHES = 40;

  private static FalSimulator fal;
  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    WorkerOptions options = WorkerOptions.defaults().groupId("restarts-it").jdk(Jdks.workerJdk());
    fal = FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(500)).build());
    cluster = KafkaCluster.start(options, 1);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (fal != null) {
      fal.close();
    }
  }

  @Test
  void aBrokerThatIsKilledComesBack() {
    try (SourceScene scene = scene()) {
      List<String> ids = ask(scene, 0);
      awaitEvents(scene, 2 * WATCHES);
      cluster.brokerProcess().kill();
      cluster.brokerProcess().start();
      List<String> more = ask(scene, WATCHES);
      scene.awaitOutcomes(2 * WATCHES);
      Histories.assertWhole(
          scene.events(), java.util.stream.Stream.of(ids, more).flatMap(List::stream).toList());
      cluster.rest().awaitRunning(scene.name, 1);
    }
  }

  @Test
  void falGoesAwayAndComesBack() {
    try (SourceScene scene = scene()) {
      List<String> ids = ask(scene, 0);
      awaitEvents(scene, 2 * WATCHES);
      fal.stop();
      fal.restart();
      awaitEvents(scene, 3 * WATCHES);
      fal.resetConnections();
      awaitEvents(scene, 4 * WATCHES);
      fal.resetConnections();
      fal.stop();
      fal.restart();
      scene.awaitOutcomes(WATCHES);
      Histories.assertWhole(scene.events(), ids);
    }
  }

  private static SourceScene scene() {
    return new SourceScene(cluster, fal, 2).start(1);
  }

  private static List<String> ask(SourceScene scene, int from) {
    List<String> ids =
        IntStream.range(from, from + WATCHES).mapToObj(i -> scene.name + "-" + i).toList();
    ids.forEach(
        id ->
            fal.registerRequest(
                id, SourceScene.ENDPOINT, Script.changing(8, Duration.ofMillis(900))));
    scene.askAll(ids);
    return ids;
  }

  private static void awaitEvents(SourceScene scene, int count) {
    scene.topics().awaitRecords(scene.status, count);
  }
}
