// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The status source on a real worker, between a real broker and the simulator of fal. */
class StatusSourceIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @Test
  void everyStatusChangeIsPublishedUntilTheRequestIsDone() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      fal.registerRequest(
          "life",
          SourceScene.ENDPOINT,
          Script.builder()
              .every(Duration.ofMillis(100))
              .inQueue(2)
              .inQueue(0)
              .inProgress()
              .completed(1.5)
              .build());
      long offset = scene.ask("life");

      List<JsonNode> events = scene.awaitOutcome("life");
      assertThat(texts(events, "status"))
          .endsWith("COMPLETED")
          .isSubsetOf("IN_QUEUE", "IN_PROGRESS", "COMPLETED");
      assertThat(texts(events, "sequence")).containsExactly(sequence(events.size()));
      assertThat(offset).isZero();
    }
  }

  @Test
  void headersAreTextForEveryConverterOfHeaders() {
    String converter = "org.apache.kafka.connect.converters.ByteArrayConverter";
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1).with("header.converter", converter).start(1)) {
      fal.registerRequest("headers", SourceScene.ENDPOINT, Script.builder().completed(1.5).build());
      scene.ask("headers");
      scene.awaitOutcome("headers");
      Map<String, String> headers = new HashMap<>();
      scene
          .topics()
          .readAll(scene.status)
          .forEach(
              record ->
                  record
                      .headers()
                      .forEach(
                          header -> headers.put(header.key(), new String(header.value(), UTF_8))));
      assertThat(headers)
          .containsEntry("fal.endpoint_id", SourceScene.ENDPOINT)
          .containsEntry("fal.control.topic", scene.control)
          .containsEntry("fal.control.offset", "0")
          .containsEntry("fal.outcome", "SUCCEEDED");
    }
  }

  private static String[] sequence(int size) {
    return java.util.stream.IntStream.range(0, size)
        .mapToObj(Integer::toString)
        .toArray(String[]::new);
  }
}
