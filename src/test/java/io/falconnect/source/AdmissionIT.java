// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The control topic waits while as many streams are open as may be. */
class AdmissionIT {
  @Test
  void noMoreStreamsAreOpenThanAllowedAndAllWatchesHaveTheirTurn() {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 2)
                .with("status.max.open.streams", "5")
                .start(1)) {
      List<String> ids = IntStream.range(0, 40).mapToObj(i -> scene.name + "-" + i).toList();
      Script script = Script.builder().manual().inQueue(0).inProgress().completed().build();
      ids.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, script));
      scene.askAll(ids);
      scene.topics().awaitRecords(scene.status, 5);
      ids.forEach(id -> fal.request(id).advance());
      scene.topics().awaitRecords(scene.status, 10);
      ids.forEach(id -> fal.request(id).advance());

      Histories.assertWhole(scene.awaitOutcomes(ids.size()), ids);
      assertThat(fal.maxOpenStreams()).isEqualTo(5);
    }
  }

  @Test
  void noPartitionTakesAllTheRoomThereIs() {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 2).with("status.max.open.streams", "1")) {
      List<String> ids = IntStream.range(0, 40).mapToObj(i -> i % 2 + "-" + i).toList();
      Script script = Script.builder().completed().build();
      ids.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, script));
      scene.topics().produceAll(ids.stream().map(id -> asking(scene, id)).toList());
      scene.start(1);
      scene.awaitOutcomes(ids.size());
      List<String> partitions =
          fal.receivedRequests().stream()
              .filter(request -> request.surface() == Surface.STATUS_STREAM)
              .map(request -> request.path().replaceAll(".*/requests/(.)-.*", "$1"))
              .toList();
      assertThat(partitions).hasSize(ids.size());
      assertThat(partitions.subList(0, 10)).contains("0", "1");
    }
  }

  /** In the partition that its id begins with. */
  private static ProducerRecord<byte[], byte[]> asking(SourceScene scene, String id) {
    byte[] value = SourceScene.asking(id).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(scene.control, id.charAt(0) - '0', null, value);
  }

  @Test
  void aWatchIsEndedThoughThereIsNoRoom() {
    assertMakesRoom(
        scene -> {
          scene.ask("endless", null);
          scene.ask("next");
        });
  }

  @Test
  void aNullRecordBehindAWaitingRecordMakesRoomForIt() {
    assertMakesRoom(
        scene -> {
          scene.ask("next");
          scene.ask("endless", null);
        });
  }

  /** The only watch that may be open ends, and the next one is opened. */
  private static void assertMakesRoom(Consumer<SourceScene> asks) {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 1)
                .with("status.max.open.streams", "1")
                .start(1)) {
      fal.registerRequest("endless", SourceScene.ENDPOINT, Script.builder().inQueue(0).build());
      fal.registerRequest("next", SourceScene.ENDPOINT, Script.builder().completed().build());
      scene.ask("endless");
      scene.topics().awaitRecords(scene.status, 1);
      asks.accept(scene);
      assertThat(SourceScene.texts(scene.awaitOutcome("next"), "outcome"))
          .containsExactly("SUCCEEDED");
      assertThat(SourceScene.texts(scene.events("endless"), "outcome")).endsWith("CANCELLED");
    }
  }
}
