// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.ConnectWorker;
import io.falconnect.cluster.Jdks;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.Fault;
import io.falconnect.simulator.StreamApp;
import io.falconnect.simulator.Surface;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Workers that are killed as {@code kill -9} does, while outputs are being streamed. */
class StreamKilledWorkersIT {
  private static final int INPUTS = 1_500;
  private static final int BROKEN = 5;

  @Test
  void everyInputIsAnsweredAsAWholeOrSaysWhereItBrokeThoughWorkersAreKilled() {
    try (FalSimulator fal = FalSimulator.start();
        KafkaCluster cluster = KafkaCluster.start(options(), 2);
        SinkScene scene = scene(cluster, fal)) {
      fal.stream(scene.endpoint, StreamApp.echo().every(Duration.ofMillis(10)));
      fal.fault(scene.endpoint, Surface.HTTP_STREAM, Fault.cutAfter(1), 20);
      fal.fault(scene.endpoint, Surface.HTTP_STREAM, Fault.cutAfter(2), BROKEN);
      scene.sendAll(INPUTS, Answers::input);
      scene.start(2);

      restartWhen(scene, 200, cluster.workers().get(0));
      restartWhen(scene, 600, cluster.workers().get(1));

      Map<String, List<JsonNode>> results = scene.awaitFinal(INPUTS);
      assertThat(results).hasSize(INPUTS);
      List<ConsumerRecord<String, String>> inputs = scene.topics().readAll(scene.inputs);
      inputs.forEach(input -> assertIsOf(input, results.get(input.key())));
      long broken = results.values().stream().filter(StreamKilledWorkersIT::broke).count();
      assertThat(broken).isBetween(1L, (long) BROKEN);
      assertThat(scene.topics().readAll(scene.deadLetters)).hasSizeBetween((int) broken, BROKEN);
    }
  }

  private static void restartWhen(SinkScene scene, int finals, ConnectWorker worker) {
    scene.awaitFinal(finals);
    worker.kill();
    assertThat(scene.results()).as("in the middle of it").hasSizeLessThan(INPUTS);
    worker.launch();
    worker.awaitReady();
  }

  private static WorkerOptions options() {
    return WorkerOptions.defaults()
        .groupId("stream-killed")
        .exactlyOnce(false)
        .offsetFlushInterval(Duration.ofMillis(500))
        .property("session.timeout.ms", "3000")
        .property("scheduled.rebalance.max.delay.ms", "1000")
        .jdk(Jdks.chosen());
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
    boolean last = true;
    for (JsonNode frame : frames) {
      next = frame.path("frame").asInt() == 0 ? 0 : next;
      assertThat(frame.path("frame").asInt()).as("%s", frames).isEqualTo(next++);
      assertThat(frame.path("request_id")).isEqualTo(frames.get(0).path("request_id"));
      assertThat(frame.path("input_partition").asInt()).isEqualTo(input.partition());
      assertThat(frame.path("input_offset").asLong()).isEqualTo(input.offset());
      last = frame.path("final").asBoolean();
      if (frame.path("error").isNull()) {
        assertThat(frame.at("/output/echo")).isEqualTo(SinkScene.json(input.value()));
        assertThat(last).isEqualTo(frame.at("/output/done").asBoolean());
      } else {
        assertThat(frame.path("reason").asText()).contains("after 2 frames were published");
      }
    }
    assertThat(last).as("%s", frames).isTrue();
  }

  private static boolean broke(List<JsonNode> frames) {
    return frames.stream().anyMatch(frame -> !frame.path("error").isNull());
  }
}
