// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
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

/** More tasks, fewer tasks, more partitions, while requests live on. */
class ScalingIT {
  private static final int WATCHES = 60;
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(500)).build());
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @Test
  void watchesGoOnWithMoreTasksAndWithFewer() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 3).start(1)) {
      List<String> ids = IntStream.range(0, WATCHES).mapToObj(i -> scene.name + "-" + i).toList();
      ids.forEach(
          id ->
              fal.registerRequest(
                  id,
                  SourceScene.ENDPOINT,
                  Script.builder()
                      .manual()
                      .inQueue(2)
                      .inQueue(1)
                      .inProgress()
                      .completed()
                      .build()));
      scene.askAll(ids);
      scene.topics().awaitRecords(scene.status, WATCHES);

      scale(scene, "3", 3);
      ids.forEach(id -> fal.request(id).advance());
      scene.topics().awaitRecords(scene.status, 2 * WATCHES);
      ids.forEach(id -> fal.request(id).advance());

      scale(scene, "1", 1);
      scene.topics().awaitRecords(scene.status, 3 * WATCHES);
      ids.forEach(id -> fal.request(id).advance());

      scene.awaitOutcomes(WATCHES);
      Histories.assertWhole(scene.events(), ids);
      assertThat(scene.topics().readAll(scene.status)).hasSize(4 * WATCHES);
    }
  }

  @Test
  void newPartitionsOfTheControlTopicAreNoticed() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1).with("tasks.max", "2").start(1)) {
      Script script = Script.builder().manual().inQueue(1).completed().build();
      fal.registerRequest(scene.name + "-old", SourceScene.ENDPOINT, script);
      scene.ask(scene.name + "-old");
      scene.topics().awaitRecords(scene.status, 1);

      scene.topics().setPartitions(scene.control, 2);
      fal.registerRequest(scene.name + "-new", SourceScene.ENDPOINT, script);
      String asking = SourceScene.asking(scene.name + "-new");
      scene.topics().produce(scene.control, 1, scene.name + "-new", asking);

      scene.topics().awaitRecords(scene.status, 2);
      scene.rest().awaitRunning(scene.name, 2);
      fal.request(scene.name + "-old").advance();
      fal.request(scene.name + "-new").advance();
      Histories.assertWhole(
          scene.awaitOutcomes(2), List.of(scene.name + "-old", scene.name + "-new"));
    }
  }

  private static void scale(SourceScene scene, String tasksMax, int tasks) {
    scene.with("tasks.max", tasksMax);
    scene.rest().putConnector(scene.name, scene.config());
    scene.rest().awaitRunning(scene.name, tasks);
  }
}
