// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.docs.MetricsPage;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the source tells of itself, as an exporter on a real worker reads it. */
class SourceMetricsIT {
  private static final Script LIFE =
      Script.builder().manual().inQueue(1).inProgress().completed().build();
  private static final List<String> WATCHES =
      List.of(
          "whole", "cut", "ended", "refused", "not-json", "silent", "mute", "open", "cancelled");

  private static final Map<String, Double> FAILURES =
      Map.of(
          "connection",
          1.0,
          "unavailable",
          1.0,
          "rate-limit",
          1.0,
          "silent",
          1.0,
          "incomplete",
          1.0);

  private final FalSimulator fal =
      FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(200)).build());
  private final SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1);
  private final WorkerMetrics metrics = WorkerMetrics.connectTo(scene.cluster.worker());
  private final WorkerMetrics.Task task = metrics.task(scene.name, 0);

  @AfterEach
  void close() {
    metrics.close();
    scene.close();
    fal.close();
  }

  @Test
  void aTaskTellsWhatIsOpenWhatHappenedAndWhy() {
    WATCHES.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, LIFE));
    fal.attachFault("cut", Fault.RESET_CONNECTION, 1);
    fal.attachFault("ended", Fault.CLEAN_END, 2);
    fal.attachFault("refused", Fault.UNAVAILABLE, 1);
    fal.attachFault("refused", Fault.TOO_MANY_REQUESTS, 1);
    fal.attachFault("not-json", Fault.NOT_JSON, 1);
    fal.attachFault("silent", Fault.SILENT_AFTER_HEADERS, 1);
    fal.attachFault("mute", Fault.cleanEndAfter(0), 1);
    fal.attachFault("whole", Surface.RESULT, Fault.UNAVAILABLE, 1);
    scene
        .with("status.max.open.streams", "" + WATCHES.size())
        .with("errors.tolerance", "all")
        .with("result.topic", scene.results)
        .start(1);
    task.awaitExactly(MetricsPage.read().ofSource());
    whileAllAreOpen();
    whenTheyEnd();
    afterARestart();
    scene.close();
    task.awaitExactly(Set.of());
  }

  private void whileAllAreOpen() {
    scene.ask("unusable", "[]");
    WATCHES.forEach(scene::ask);
    scene.askLongAgo("unknown");
    task.await("control-paused", 1);
    task.await("reconnects-total{cause=ended}", 2);
    task.await("errors-total{kind=malformed}", 1);
    task.await("retries-total", 5);
    task.await("open-streams", 9);
    task.await("events-total", 9);
    Map<String, Double> read = task.readAll();
    assertThat(read)
        .containsEntry("watches-open", 9.0)
        .containsEntry("watches-waiting", 0.0)
        .containsEntry("control-records-total", 10.0)
        .containsEntry("unusable-control-records-total", 1.0);
    assertThat(read.get("oldest-watch-age-ms")).isBetween(1.0, 600_000.0);
    assertThat(read.get("control-records-unstored")).isBetween(0.0, 10.0);
    assertThat(task.readByTag("reconnects-total")).isEqualTo(with(FAILURES, "ended", 2.0));
    assertThat(task.readByTag("errors-total")).isEqualTo(with(FAILURES, "malformed", 1.0));
  }

  private static Map<String, Double> with(Map<String, Double> counts, String word, double count) {
    Map<String, Double> all = new HashMap<>(counts);
    all.put(word, count);
    return all;
  }

  private void whenTheyEnd() {
    fal.request("whole").finish();
    task.await("outcomes-total{outcome=NOT_FOUND}", 1);
    scene.topics().produce(scene.control, "cancelled", null);
    List.of("cut", "ended", "refused", "not-json", "silent", "mute")
        .forEach(id -> fal.request(id).finish());
    task.await("results-total", 7);
    task.await("outcomes-total{outcome=CANCELLED}", 1);
    task.await("watches-open", 1);
    task.await("unacknowledged-records", 0);
    Map<String, Double> read = task.readAll();
    assertThat(read)
        .containsEntry("open-streams", 1.0)
        .containsEntry("control-paused", 0.0)
        .containsEntry("control-records-total", 12.0)
        .containsEntry("retries-total", 6.0);
    assertThat(task.readByTag("outcomes-total"))
        .isEqualTo(Map.of("SUCCEEDED", 7.0, "NOT_FOUND", 1.0, "CANCELLED", 1.0));
    assertThat(task.readByTag("errors-total"))
        .containsEntry("unavailable", 2.0)
        .containsEntry("not-found", 1.0);
    assertThat(read.get("events-total")).isEqualTo(scene.topics().readAll(scene.status).size());
  }

  private void afterARestart() {
    scene.rest().restart(scene.name);
    task.await("events-total", 0);
    task.await("open-streams", 1);
    assertThat(task.readAll().keySet()).isEqualTo(MetricsPage.read().ofSource());
    assertThat(task.readByTag("outcomes-total")).isEmpty();
  }
}
