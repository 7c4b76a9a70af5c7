// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.logs;
import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.queue.LogsOnReconnect;
import io.falconnect.simulator.queue.RequestHandle;
import io.falconnect.simulator.queue.Script;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Log lines are published once, whatever a server tells of them after a reconnect or a restart. */
class LogLinesIT {
  private static final int STEPS = 14;

  @ParameterizedTest
  @EnumSource(LogsOnReconnect.class)
  void noLineIsPublishedTwice(LogsOnReconnect choice) {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 1).with("status.logs", "true").start(1)) {
      Script.Builder script = Script.builder().manual().logsOnReconnect(choice);
      IntStream.range(0, STEPS).forEach(i -> script.inProgress("line " + i, "more of " + i));
      RequestHandle request =
          fal.registerRequest("logs", SourceScene.ENDPOINT, script.completed("bye").build());
      scene.ask("logs");

      for (int step = 0; step < STEPS; step++) {
        String line = "more of " + step;
        scene.await(line, events -> logs(events.getOrDefault("logs", List.of())).contains(line));
        if (step % 8 == 3) {
          fal.resetConnections();
        } else if (step == 7) {
          restartTask(scene, fal);
        }
        request.advance();
      }
      scene.awaitOutcome("logs");

      List<String> expected =
          IntStream.range(0, STEPS)
              .boxed()
              .flatMap(i -> List.of("line " + i, "more of " + i).stream())
              .toList();
      List<String> published = logs(scene.events("logs"));
      assertThat(published).doesNotHaveDuplicates().endsWith("bye").hasSizeGreaterThan(STEPS);
      assertThat(published.subList(0, published.size() - 1))
          .containsExactlyElementsOf(expected.stream().filter(published::contains).toList());
    }
  }

  /**
   * Awaits the new task's stream: what is logged while nobody listens is told by no server twice.
   */
  private static void restartTask(SourceScene scene, FalSimulator fal) {
    int opened = fal.streamsOpened("logs");
    scene.rest().request("POST", "/connectors/" + scene.name + "/tasks/0/restart", null);
    org.awaitility.Awaitility.await()
        .atMost(SourceScene.LIMIT)
        .until(() -> fal.streamsOpened("logs") > opened);
  }

  @Test
  void repeatedEventsAreNotPublishedAgain() {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      RequestHandle request =
          fal.registerRequest(
              "same",
              SourceScene.ENDPOINT,
              Script.builder().manual().inQueue(5).completed().build());
      fal.attachFault("same", Fault.CLEAN_END, 3);
      scene.ask("same");
      org.awaitility.Awaitility.await()
          .atMost(SourceScene.LIMIT)
          .until(() -> fal.streamsOpened("same") >= 4);
      request.advance();
      assertThat(SourceScene.texts(scene.awaitOutcome("same"), "status"))
          .containsExactly("IN_QUEUE", "COMPLETED");
    }
  }
}
