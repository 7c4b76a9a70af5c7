// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.stream.StreamApp;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Workers that are killed as {@code kill -9} does, while outputs are being streamed. */
class StreamKilledWorkersIT {
  private static final int BROKEN = 5;

  @Test
  void everyInputIsAnsweredAsAWholeOrSaysWhereItBrokeThoughWorkersAreKilled() {
    try (FalSimulator fal = FalSimulator.start();
        KafkaCluster cluster = KafkaCluster.start(options(), 2);
        SinkScene scene = scene(cluster, fal)) {
      fal.registerStreamApp(scene.endpoint, StreamApp.echo().every(Duration.ofMillis(20)));
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.resetAfter(1), 20);
      fal.attachFault(scene.endpoint, Surface.HTTP_STREAM, Fault.resetAfter(2), BROKEN);
      scene.sendAll(0, 600, Answers::input);
      scene.start(2);

      kill(cluster.workers().get(0), scene, 200);
      scene.sendAll(600, 1_000, Answers::input);
      cluster.workers().get(0).launch();
      cluster.workers().get(0).awaitReady();
      scene.sendAll(1_000, 1_600, Answers::input);
      scene.awaitTaskOn(cluster.workers().get(0), 2);
      kill(cluster.workers().get(1), scene, 1_200);

      scene.awaitFinal(1_600);
      Deliveries.awaitAllCommitted(scene);
      Map<String, List<JsonNode>> results = scene.results();
      assertThat(results).hasSize(1_600);
      List<ConsumerRecord<String, String>> inputs = scene.topics().readAll(scene.inputs);
      inputs.forEach(input -> assertIsOf(input, results.get(input.key())));
      long broken = results.values().stream().filter(StreamKilledWorkersIT::broke).count();
      assertThat(broken).isBetween(1L, (long) BROKEN);
      assertThat(scene.topics().readAll(scene.deadLetters)).hasSizeBetween((int) broken, BROKEN);
      // What was under way is done again. Commits go on between the kills, so it is not everything.
      assertThat(attempts(results.values()) - 1_600).isBetween(1L, 799L);
    }
  }

  /** Kills a worker once so many inputs are done, which are not all yet. */
  private static void kill(ConnectWorker worker, SinkScene scene, int finals) {
    scene.awaitFinal(finals);
    worker.kill();
    assertThat(Deliveries.committed(scene)).as("commits before the kill").isNotEmpty();
  }

  private static boolean isDone(List<JsonNode> frames) {
    return frames.get(frames.size() - 1).path("final").asBoolean();
  }

  private static WorkerOptions options() {
    return WorkerOptions.defaults()
        .groupId("stream-killed")
        .exactlyOnce(false)
        .offsetFlushInterval(Duration.ofMillis(500))
        .property("session.timeout.ms", "3000")
        .property("scheduled.rebalance.max.delay.ms", "1000")
        .jdk(Jdks.workerJdk());
  }

  private static SinkScene scene(KafkaCluster cluster, FalSimulator fal) {
    return SinkScene.stream(cluster, fal, 3)
        .tolerant()
        .with("tasks.max", "2")
        .with("consumer.override.session.timeout.ms", "3000")
        .with("consumer.override.heartbeat.interval.ms", "1000");
  }

  /** One attempt after the other, each from frame 0 on; of a killed one any number of frames. */
  private static void assertIsOf(ConsumerRecord<String, String> input, List<JsonNode> frames) {
    int next = 0;
    for (JsonNode frame : frames) {
      next = frame.path("frame").asInt() == 0 ? 0 : next;
      assertThat(frame.path("frame").asInt()).as("%s", frames).isEqualTo(next++);
      assertThat(frame.path("request_id")).isEqualTo(frames.get(0).path("request_id"));
      assertThat(frame.path("input_partition").asInt()).isEqualTo(input.partition());
      assertThat(frame.path("input_offset").asLong()).isEqualTo(input.offset());
      if (frame.path("error").isNull()) {
        assertThat(frame.at("/output/echo")).isEqualTo(SinkScene.json(input.value()));
        assertThat(frame.path("final")).isEqualTo(frame.at("/output/done"));
      } else {
        assertThat(frame.path("final").asBoolean()).isTrue();
        assertThat(frame.path("reason").asText()).contains("after 2 frames were published");
      }
    }
    assertThat(isDone(frames)).as("%s", frames).isTrue();
  }

  private static boolean broke(List<JsonNode> frames) {
    return frames.stream().anyMatch(frame -> !frame.path("error").isNull());
  }

  private static long attempts(Collection<List<JsonNode>> results) {
    return results.stream()
        .flatMap(List::stream)
        .filter(frame -> frame.path("frame").asInt() == 0)
        .count();
  }
}
