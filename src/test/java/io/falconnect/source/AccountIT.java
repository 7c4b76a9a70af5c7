// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.queue.Script;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** fal refuses the account, or a single request, while a real worker runs the source. */
class AccountIT {
  private static final String LOCKED = "User is locked. Reason: Exhausted balance.";
  private static final Script RUNNING = Script.builder().manual().inQueue(1).completed().build();

  private final FalSimulator fal = FalSimulator.start();
  private final SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1);
  private final List<String> ids = IntStream.range(0, 8).mapToObj(i -> "r" + i).toList();

  @AfterEach
  void close() {
    scene.close();
    fal.close();
  }

  private void askForAll() {
    ids.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, RUNNING));
    scene.askAll(ids);
  }

  private static boolean isAnyOver(Map<String, List<JsonNode>> events) {
    return events.values().stream().anyMatch(SourceScene::over);
  }

  @Test
  void withToleranceNoWatchEndsAndAllGoOnWhenTheAccountIsUnlocked() {
    try (WorkerMetrics metrics = WorkerMetrics.connectTo(scene.cluster.worker())) {
      WorkerMetrics.Task task = metrics.task(scene.name, 0);
      scene.with("errors.tolerance", "all").start(1);
      askForAll();
      scene.await("all are watched", events -> events.size() == ids.size());
      task.await("refused", 0);
      fal.lockAccount(LOCKED);
      fal.resetConnections();
      task.await("refused", 1);
      int refused = fal.receivedRequests().size();
      await().atMost(SourceScene.LIMIT).until(() -> fal.receivedRequests().size() >= refused + 5);
      assertThat(isAnyOver(scene.events())).isFalse();
      assertThat(task.readAll()).containsEntry("watches-open", 8.0);

      fal.unlockAccount();
      task.await("refused", 0);
      ids.forEach(id -> fal.request(id).finish());
      scene.awaitOutcomes(ids.size());
      ids.forEach(id -> assertThat(texts(scene.events(id), "outcome")).endsWith("SUCCEEDED"));
    }
  }

  @Test
  void withoutToleranceTheTaskFailsWithTheWordsOfFalAndLosesNothing() {
    fal.lockAccount(LOCKED);
    scene.start(1);
    askForAll();
    assertThat(scene.rest().awaitFailed(scene.name).traces())
        .contains("fal refused request r", LOCKED, "No watch is lost")
        .doesNotContain("fal.api.key");
    assertThat(scene.events()).isEmpty();
    fal.unlockAccount();
    ids.forEach(id -> fal.request(id).finish());
    scene.rest().request("POST", "/connectors/" + scene.name + "/tasks/0/restart", null);
    scene.awaitOutcomes(ids.size());
    ids.forEach(id -> assertThat(texts(scene.events(id), "outcome")).endsWith("SUCCEEDED"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "none"})
  void aRequestThatAloneIsRefusedIsDeniedAlsoAfterARestart(String tolerance) {
    scene.with("errors.tolerance", tolerance).start(1);
    askForAll();
    for (String id : List.of("forbidden", "forbidden-later")) {
      fal.registerRequest(id, SourceScene.ENDPOINT, RUNNING);
      fal.attachFault(id, Fault.FORBIDDEN, FalSimulator.ALWAYS);
    }
    scene.ask("forbidden");
    assertThat(texts(scene.awaitOutcome("forbidden"), "outcome")).containsExactly("DENIED");
    fal.resetConnections();
    scene.ask("forbidden-later");
    scene.rest().restart(scene.name);
    assertThat(texts(scene.awaitOutcome("forbidden-later"), "outcome")).containsExactly("DENIED");
    scene.rest().awaitRunning(scene.name, 1);
    ids.forEach(id -> fal.request(id).finish());
    scene.awaitOutcomes(ids.size() + 2);
    ids.forEach(id -> assertThat(texts(scene.events(id), "outcome")).endsWith("SUCCEEDED"));
  }
}
