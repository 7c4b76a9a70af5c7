// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.SourcePartition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A connector goes on from stored source offsets, or says in clear words why it cannot. */
class UpgradeIT {
  private static final Script LIFE = Script.lasting(Duration.ofMillis(400));
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void watchesOfFormatVersion2AreCarriedOnWhereTheyWere() {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1)) {
      // What the position in the offsets counts: records that ask for nothing.
      IntStream.range(0, 10).forEach(i -> scene.ask("nobody", null));
      scene.with("result.topic", scene.results).start(1);
      scene.rest().stop(scene.name);
      storedOffsets()
          .forEach(
              entry -> {
                ((ObjectNode) entry.path("offset")).put("topic", scene.control);
                scene.alter(entry.path("partition").toString(), entry.path("offset").toString());
                register(entry, fal);
              });

      Map<String, JsonNode> watches = scene.openWatches();
      scene.rest().resume(scene.name);
      assertResults(scene, watches);
      Map<String, List<JsonNode>> events = scene.events();
      watches.forEach(
          (id, watch) -> assertCarriedOn(id, watch, events.getOrDefault(id, List.of())));
    }
  }

  @Test
  void formatVersion1IsRefusedInClearWords() throws Exception {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1)) {
      Map<String, Object> partition = SourcePartition.createVersion1Map(scene.control, 0);
      String key = JSON.writeValueAsString(List.of(scene.name, partition));
      String offset = "{\"version\":1,\"next\":0,\"open\":\"{}\"}";
      scene.topics().produce(offsetsTopic(scene), key, offset);
      scene.rest().putConnector(scene.name, scene.config());
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("format version 1, which this version of the connector cannot read")
          .contains("DELETE /connectors/{name}/offsets");

      scene.rest().stop(scene.name);
      scene.resetOffsets();
      scene.rest().resume(scene.name);
      scene.rest().awaitRunning(scene.name, 1);
    }
  }

  private static String offsetsTopic(SourceScene scene) throws Exception {
    return scene.topics().admin().listTopics().names().get().stream()
        .filter(name -> name.endsWith("-offsets"))
        .findFirst()
        .orElseThrow();
  }

  private static void register(JsonNode entry, FalSimulator fal) {
    for (Map.Entry<String, JsonNode> endpoint : SourceScene.openByEndpoint(entry).properties()) {
      endpoint
          .getValue()
          .properties()
          .forEach(watch -> fal.registerRequest(watch.getKey(), endpoint.getKey(), LIFE));
    }
  }

  private static void assertResults(SourceScene scene, Map<String, JsonNode> watches) {
    assertThat(scene.topics().awaitRecords(scene.results, watches.size()))
        .extracting(ConsumerRecord::key)
        .containsExactlyInAnyOrderElementsOf(watches.keySet());
  }

  /** From the next sequence on; none where the outcome was published already. */
  private static void assertCarriedOn(String id, JsonNode watch, List<JsonNode> events) {
    assertThat(events.isEmpty()).as(id).isEqualTo(watch.path(6).isTextual());
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).path("sequence").asInt())
          .as(id)
          .isEqualTo(watch.path(1).asInt() + i);
      assertThat(events.get(i).hasNonNull("outcome")).as(id).isEqualTo(i == events.size() - 1);
    }
  }

  /** Those of the first control partition. */
  private static List<JsonNode> storedOffsets() {
    try (InputStream file =
        UpgradeIT.class.getResourceAsStream("/upgrade/source-offsets-v2.json")) {
      List<JsonNode> entries = new ArrayList<>();
      JSON.readTree(file).forEach(entries::add);
      entries.removeIf(entry -> entry.at("/partition/partition").asInt() != 0);
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
