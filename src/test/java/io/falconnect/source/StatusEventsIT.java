// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.json;
import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.RequestHandle;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which events a watch has, and in what form. */
class StatusEventsIT {
  private static final int POSITIONS = 40;
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
  void positionsArePublishedSeldomAndOldWatchesEnd() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("status.min.interval.ms", "1000")
            .with("status.max.age.ms", "1800000")
            .start(1)) {
      Map<String, Script> requests =
          Map.of(
              "unknown-word", Script.endingAs("ARCHIVED"),
              "lower-case", Script.endingAs("canceled"));
      requests.forEach((id, script) -> fal.registerRequest(id, SourceScene.ENDPOINT, script));
      requests.keySet().forEach(scene::ask);
      fal.registerRequest("too-old", SourceScene.ENDPOINT, Script.builder().inQueue(1).build());
      scene.askLongAgo("too-old");
      runBackAndForth(scene);
      runThroughTheQueue(scene);

      Map<String, List<JsonNode>> events = scene.awaitOutcomes(requests.size() + 3);
      events.forEach(Histories::assertWhole);
      assertThat(texts(events.get("moving"), "status"))
          .hasSizeBetween(4, POSITIONS / 2)
          .endsWith("IN_QUEUE", "IN_PROGRESS", "COMPLETED");
      assertThat(texts(events.get("back-in-the-queue"), "status"))
          .containsExactly("IN_QUEUE", "IN_PROGRESS", "IN_QUEUE", "IN_PROGRESS", "COMPLETED");
      assertThat(texts(events.get("unknown-word"), "status")).contains("ARCHIVED");
      assertThat(texts(events.get("unknown-word"), "outcome")).endsWith("ABANDONED");
      assertThat(fal.streamsOpened("unknown-word")).isEqualTo(3);
      assertThat(texts(events.get("lower-case"), "outcome")).endsWith("CANCELLED");
      assertThat(texts(events.get("too-old"), "outcome")).endsWith("ABANDONED");
      assertThat(scene.awaitOutcome("too-old"))
          .last()
          .extracting(event -> event.path("error").asText())
          .asString()
          .contains("status.max.age.ms");
    }
  }

  /** Through all positions at once. The newest position is published when it is due. */
  private static void runThroughTheQueue(SourceScene scene) {
    Script.Builder script = Script.builder().manual();
    for (int position = POSITIONS - 1; position >= 0; position--) {
      script.inQueue(position);
    }
    RequestHandle request =
        fal.registerRequest(
            "moving", SourceScene.ENDPOINT, script.inProgress().completed().build());
    scene.ask(request.id());
    scene.await("the first position", e -> e.containsKey(request.id()));
    for (int position = POSITIONS - 1; position > 0; position--) {
      request.advance();
    }
    scene.await(
        "the last position",
        e -> texts(e.getOrDefault(request.id(), List.of()), "queue_position").contains("0"));
    request.finish();
  }

  /** From a runner back into the queue, each state for as long as it takes to be published. */
  private static void runBackAndForth(SourceScene scene) {
    Script script =
        Script.builder()
            .manual()
            .inQueue(0)
            .inProgress()
            .inQueue(0)
            .inProgress()
            .completed()
            .build();
    RequestHandle request = fal.registerRequest("back-in-the-queue", SourceScene.ENDPOINT, script);
    scene.ask(request.id());
    for (int published = 1; published < script.steps().size(); published++) {
      int count = published;
      scene.await(count + " events", e -> e.getOrDefault(request.id(), List.of()).size() == count);
      request.advance();
    }
  }

  @Test
  void flatEventsHaveNothingInsideTheirFields() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("status.format", "flat")
            .with("status.logs", "true")
            .with("value.converter.schemas.enable", "true")
            .with("transforms", "flatten")
            .with("transforms.flatten.type", "org.apache.kafka.connect.transforms.Flatten$Value")
            .start(1)) {
      fal.registerRequest(
          "flat",
          SourceScene.ENDPOINT,
          Script.builder().inProgress("grüße").completed(1.5).build());
      scene.ask("flat");
      List<JsonNode> events =
          scene
              .topics()
              .awaitRecords(
                  scene.status, "an outcome", SourceScene.LIMIT, r -> SourceScene.outcomes(r) == 1)
              .stream()
              .map(event -> json(event.value()))
              .toList();

      JsonNode schema = events.get(0).path("schema");
      assertThat(schema.path("name").asText()).isEqualTo("io.falconnect.FlatStatusEvent");
      Set<String> types = new TreeSet<>();
      schema.path("fields").forEach(field -> types.add(field.path("type").asText()));
      assertThat(types).isSubsetOf("string", "int64", "int32", "double", "boolean");
      JsonNode first = events.get(0).path("payload");
      JsonNode last = events.get(events.size() - 1).path("payload");
      assertThat(json(first.path("logs").asText()).at("/0/message").asText()).isEqualTo("grüße");
      assertThat(json(last.path("metrics").asText()).path("inference_time").asDouble())
          .isEqualTo(1.5);
      assertThat(last.path("outcome").asText()).isEqualTo("SUCCEEDED");
    }
  }
}
