// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.docs.MetricsPage;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the sinks tell of themselves, as an exporter on a real worker reads it. */
class SinkMetricsIT {
  private static final String KEY = "metrics-" + UUID.randomUUID();

  private final FalSimulator fal =
      FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build());
  private final WorkerMetrics metrics = WorkerMetrics.connectTo(SharedCluster.get().worker());

  @AfterEach
  void close() {
    metrics.close();
    fal.close();
  }

  /** A sink that runs, once its metrics are there. */
  private WorkerMetrics.Task started(SinkScene scene, String kind) {
    scene.tolerant().with("fal.api.key", KEY).start(1);
    WorkerMetrics.Task task = metrics.task(scene.name, 0);
    task.awaitExactly(MetricsPage.read().ofSink(kind));
    return task;
  }

  private static void assertNothingIsHeld(WorkerMetrics.Task task) {
    task.await("buffered-bytes", 0);
    assertThat(task.readAll())
        .containsEntry("inputs-waiting", 0.0)
        .containsEntry("inputs-in-flight", 0.0)
        .containsEntry("inputs-paused", 0.0)
        .containsEntry("oldest-input-age-ms", 0.0)
        .containsEntry("unacknowledged-bytes", 0.0);
  }

  private static void assertLatencies(WorkerMetrics.Task task) {
    Map<String, Double> all = task.readAll();
    assertThat(all.get("result-latency-p50-ms")).isBetween(0.0, 120_000.0);
    assertThat(all.get("result-latency-avg-ms")).isBetween(0.0, 120_000.0);
    assertThat(all.get("result-latency-max-ms"))
        .isGreaterThanOrEqualTo(all.get("result-latency-avg-ms"))
        .isPositive();
  }

  @Test
  void theRealtimeSink() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 1)
            .with("realtime.max.in.flight", "2")
            .with("realtime.session.idle.ms", "60000")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint).hold();
      WorkerMetrics.Task task = started(scene, "realtime");
      scene.sendAll(3, Answers::input);
      scene.send("null", null);
      scene.send("list", "[]");
      task.await("inputs-in-flight", 2);
      task.await("inputs-total", 4);
      task.await("dead-letters-total", 1);
      assertThat(task.readAll())
          .containsEntry("inputs-waiting", 1.0)
          .containsEntry("open-sessions", 1.0)
          .containsEntry("skipped-inputs-total", 1.0)
          .containsEntry("failed-inputs-total", 1.0)
          .containsEntry("token-mints-total", 1.0)
          .containsEntry("results-total", 1.0);
      assertThat(task.readAll().get("buffered-bytes")).isPositive();
      assertThat(task.readAll().get("oldest-input-age-ms")).isPositive();

      app.resetConnections();
      task.await("retries-total", 2);
      assertThat(task.readByTag("reconnects-total")).isEqualTo(Map.of("connection", 1.0));
      app.release();
      task.await("results-total", 4);
      app.sendFrame("{\"request_id\":\"nobody's\"}").sendFrame("no JSON");
      app.sendFrame(new byte[] {(byte) 0xc1});
      task.await("stray-frames-total", 2);
      task.await("errors-total{kind=malformed}", 1);
      app.sendInternalError("all of it");
      task.await("open-sessions", 0);
      scene.send("again", Answers.input(3));
      task.await("results-total", 5);
      assertThat(task.readByTag("reconnects-total"))
          .isEqualTo(Map.of("connection", 1.0, "app-error", 1.0));
      assertThat(task.readByTag("errors-total"))
          .isEqualTo(Map.of("connection", 1.0, "malformed", 1.0, "app-error", 1.0));
      assertLatencies(task);
      assertNothingIsHeld(task);
      scene.rest().delete(scene.name);
      task.awaitExactly(Set.of());
    }
  }

  @Test
  void theStreamSink() {
    try (SinkScene scene =
        SinkScene.stream(SharedCluster.get(), fal, 1).with("fal.idle.timeout.ms", "60000")) {
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.UNAVAILABLE, 1);
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.TOO_MANY_REQUESTS, 1);
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.cleanEndAfter(0), 1);
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.UNPROCESSABLE, 1);
      WorkerMetrics.Task task = started(scene, "stream");
      scene.send("bad", Answers.input(0));
      task.await("dead-letters-total", 1);
      scene.send("good", Answers.input(1));
      task.await("results-total", 4);
      assertThat(task.readAll())
          .containsEntry("inputs-total", 2.0)
          .containsEntry("retries-total", 3.0)
          .containsEntry("failed-inputs-total", 1.0);
      assertThat(task.readByTag("errors-total"))
          .isEqualTo(
              Map.of("unavailable", 1.0, "rate-limit", 1.0, "incomplete", 1.0, "rejected", 1.0));
      assertLatencies(task);
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.SILENT_BEFORE_HEADERS, 1);
      scene.send("open", Answers.input(2));
      task.await("open-calls", 1);
      assertThat(task.readAll())
          .containsEntry("inputs-in-flight", 1.0)
          .containsEntry("inputs-waiting", 0.0);
      fal.resetConnections();
      task.await("results-total", 7);
      task.await("errors-total{kind=connection}", 1);
      assertNothingIsHeld(task);
    }
  }

  @Test
  void theQueueSink() {
    try (SinkScene scene = SinkScene.queue(SharedCluster.get(), fal, 1)) {
      fal.attachFault(scene.endpoint, Surface.SUBMIT, Fault.TOO_MANY_REQUESTS, 1);
      WorkerMetrics.Task task = started(scene, "queue");
      scene.sendAll(5, Answers::input);
      task.await("results-total", 5);
      assertThat(task.readAll())
          .containsEntry("inputs-total", 5.0)
          .containsEntry("retries-total", 1.0)
          .containsEntry("dead-letters-total", 0.0);
      assertThat(task.readByTag("errors-total")).isEqualTo(Map.of("rate-limit", 1.0));
      assertLatencies(task);
      assertNothingIsHeld(task);
    }
  }
}
