// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A connector goes on from the source offset that version 0.1.0 has left. */
class UpgradeIT {
  private static final Script LIFE = Script.lasting(Duration.ofMillis(400));

  @Test
  void watchesOfAnEarlierVersionAreCarriedOnWhereTheyWere() {
    try (FalSimulator fal = FalSimulator.start();
        SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1)) {
      String offset = offsetOfVersion1();
      // What the position in the offset counts: records that ask for nothing.
      IntStream.range(0, SourceScene.json(offset).path("next").asInt())
          .forEach(i -> scene.ask("nobody", null));
      scene.with("result.topic", scene.results).start(1);
      scene.rest().stop(scene.name);
      scene.alter(offset);

      Map<String, JsonNode> watches = watches(offset, fal);
      scene.rest().resume(scene.name);
      assertResults(scene, watches);
      Map<String, List<JsonNode>> events = scene.events();
      watches.forEach(
          (id, watch) -> assertCarriedOn(id, watch, events.getOrDefault(id, List.of())));
    }
  }

  /** The watches of the offset by request id, each of a request that fal has. */
  private static Map<String, JsonNode> watches(String offset, FalSimulator fal) {
    Map<String, JsonNode> watches = new HashMap<>();
    JsonNode open = SourceScene.json(SourceScene.json(offset).path("open").asText());
    open.properties()
        .forEach(
            endpoint ->
                endpoint
                    .getValue()
                    .properties()
                    .forEach(
                        watch -> {
                          fal.registerRequest(watch.getKey(), endpoint.getKey(), LIFE);
                          watches.put(watch.getKey(), watch.getValue());
                        }));
    return watches;
  }

  private static void assertResults(SourceScene scene, Map<String, JsonNode> watches) {
    assertThat(scene.topics().awaitRecords(scene.results, watches.size()))
        .extracting(ConsumerRecord::key)
        .containsExactlyInAnyOrderElementsOf(watches.keySet());
  }

  /** From the next sequence on; none where the outcome was published already. */
  private static void assertCarriedOn(String id, JsonNode watch, List<JsonNode> events) {
    assertThat(events.isEmpty()).as(id).isEqualTo(watch.path(5).isTextual());
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).path("sequence").asInt())
          .as(id)
          .isEqualTo(watch.path(1).asInt() + i);
      assertThat(events.get(i).hasNonNull("outcome")).as(id).isEqualTo(i == events.size() - 1);
    }
  }

  private static String offsetOfVersion1() {
    try (InputStream file = UpgradeIT.class.getResourceAsStream("/upgrade/source-offset-v1.json")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
