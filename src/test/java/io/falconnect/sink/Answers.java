// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What results have to look like when the inputs were {@link #input}. */
final class Answers {
  private Answers() {}

  /** The input of key {@code k<number>}. */
  static String input(int number) {
    return "{\"prompt\":\"p" + number + "\"}";
  }

  /** Each key has its own input's frames, numbered, the last of them final, and nothing else. */
  static void assertWhole(Map<String, List<JsonNode>> results, int inputs, int frames) {
    assertThat(results).hasSize(inputs);
    results.forEach(
        (key, found) -> {
          assertThat(found).as(key).hasSize(frames);
          for (int i = 0; i < frames; i++) {
            assertThat(found.get(i).path("frame").asInt()).as(key).isEqualTo(i);
            assertThat(found.get(i).path("final").asBoolean()).as(key).isEqualTo(i == frames - 1);
          }
        });
    assertOwn(results);
  }

  /** Each of so many keys has a final result, and no result is another input's. */
  static void assertAnswered(Map<String, List<JsonNode>> results, int inputs) {
    assertThat(results).hasSize(inputs);
    assertOwn(results);
  }

  private static void assertOwn(Map<String, List<JsonNode>> results) {
    results.forEach(
        (key, found) ->
            assertThat(found)
                .as(key)
                .allSatisfy(
                    result -> {
                      assertThat(result.path("error").isNull()).isTrue();
                      assertThat(result.at("/output/echo/prompt").asText())
                          .isEqualTo("p" + key.substring(1));
                      assertThat(result.at("/output/echo/request_id").asText())
                          .isEqualTo(result.path("request_id").asText());
                    }));
  }

  /** The one error record that a key has. */
  static JsonNode onlyError(List<JsonNode> results) {
    assertThat(results).hasSize(1);
    JsonNode error = results.get(0);
    assertThat(error.path("final").asBoolean()).isTrue();
    assertThat(error.path("output").isNull()).isTrue();
    return error;
  }

  /** Why Connect says that records are dead letters. */
  static List<String> reasons(List<? extends ConsumerRecord<?, ?>> deadLetters) {
    List<String> reasons = new ArrayList<>();
    deadLetters.forEach(
        letter -> reasons.add(header(letter, "__connect.errors.exception.message")));
    return reasons;
  }

  /** The keys of the inputs that requests are of. */
  static Set<String> inputKeys(List<ConsumerRecord<String, String>> requests) {
    return requests.stream()
        .map(request -> header(request, "fal.input.key"))
        .collect(Collectors.toSet());
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
