// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.client.Topics;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.stream.StreamApp;
import io.falconnect.simulator.stream.StreamHandle;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Full buffers in a worker whose heap is what the documents say that they take: twice 32 MiB of
 * inputs, 10 MiB that the consumer has fetched, twice 32 MiB of outputs, 32 MiB of the producer,
 * and about 80 MiB for the worker itself.
 */
class SinkMemoryIT {
  private static final String HEAP = "256m";

  /** As Connect reads it, a value of many small parts takes twenty times what it is as text. */
  private static final String PARTS = "{\"a\":1},".repeat(5_000);

  private static final int INPUTS = 1_200;
  private static final double BUFFER = 32 << 20;

  private static FalSimulator fal;
  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("sink-memory")
            .exactlyOnce(false)
            .jvmArgs("-Xms" + HEAP, "-Xmx" + HEAP, "-XX:+UseSerialGC")
            .jdk(Jdks.workerJdk());
    cluster = KafkaCluster.start(SharedCluster.broker(), options, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    fal.close();
  }

  @Test
  void aFullBufferOfInputsFitsWhileFalAnswersNothing() {
    try (SinkScene scene = withSmallFetches(SinkScene.queue(cluster, fal, 1))) {
      fal.attachFault(scene.endpoint, Surface.SUBMIT, Fault.TOO_MANY_REQUESTS, FalSimulator.ALWAYS);
      sendInputs(scene);
      scene.start(1);
      awaitFullBuffer(scene);

      fal.clearFaults();
      awaitProgress(scene, cluster.topics());
    }
  }

  @Test
  void fullBuffersOfInputsAndOutputsFitWhileKafkaStandsStill() {
    KafkaBroker frozen = KafkaBroker.startNew();
    try (SinkScene scene = withSmallFetches(SinkScene.stream(cluster, fal, 1));
        Topics topics = new Topics(frozen.bootstrap())) {
      topics.create(scene.results, 1);
      StreamHandle app =
          fal.registerStreamApp(
              scene.endpoint, StreamApp.events("{\"a\":\"" + "y".repeat(200_000) + "\"}"));
      app.hold();
      scene
          .with("result.bootstrap.servers", frozen.bootstrap())
          .with("stream.max.in.flight", "200")
          .start(1);
      sendInputs(scene);
      awaitFullBuffer(scene);
      frozen.process().suspend();
      app.release();
      try (WorkerMetrics metrics = WorkerMetrics.connectTo(cluster.worker())) {
        WorkerMetrics.Task task = metrics.task(scene.name, 0);
        await()
            .atMost(SinkScene.LIMIT)
            .until(() -> task.readAll().get("unacknowledged-bytes") >= BUFFER / 4);
        await()
            .during(Duration.ofSeconds(5))
            .atMost(SinkScene.LIMIT)
            .until(() -> task.readAll().get("inbox-bytes") >= BUFFER / 4);
      }

      frozen.process().resume();
      awaitProgress(scene, topics);
    } finally {
      frozen.close();
    }
  }

  private static SinkScene withSmallFetches(SinkScene scene) {
    return scene
        .tolerant()
        .with("consumer.override.fetch.max.bytes", "" + (10 << 20))
        .with("consumer.override.max.poll.records", "50");
  }

  private static void sendInputs(SinkScene scene) {
    String prefix = "{\"parts\":[" + PARTS;
    scene.sendAll(INPUTS, number -> prefix + number + "]}");
  }

  private static void awaitFullBuffer(SinkScene scene) {
    try (WorkerMetrics metrics = WorkerMetrics.connectTo(cluster.worker())) {
      WorkerMetrics.Task task = metrics.task(scene.name, 0);
      task.await("inputs-paused", 1);
      assertThat(task.readAll().get("buffered-bytes")).isBetween(BUFFER, BUFFER + 50 * 41_000);
    }
  }

  private static void awaitProgress(SinkScene scene, Topics topics) {
    topics.awaitRecords(scene.results, "results", SinkScene.LIMIT, results -> results.size() > 250);
    cluster.rest().awaitRunning(scene.name, 1);
    assertThat(cluster.worker().log()).doesNotContain("OutOfMemoryError");
  }
}
