// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.source.SourceScene;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What has to hold of the events of a watch, whatever has happened in between. */
public final class Histories {
  private Histories() {}

  /** Each of these and no other: sequences without gap or repeat, one outcome, at the end. */
  public static void assertWhole(
      Map<String, List<JsonNode>> events, Collection<String> requestIds) {
    assertThat(events.keySet()).containsExactlyInAnyOrderElementsOf(requestIds);
    events.forEach(Histories::assertWhole);
  }

  public static void assertWhole(String requestId, List<JsonNode> events) {
    assertThat(sequences(events))
        .as("sequences of %s: %s", requestId, events)
        .isEqualTo(IntStream.range(0, events.size()).boxed().toList());
    assertOutcomeIsLast(requestId, events);
  }

  /** Each of these and no other: an outcome, no gap; what was told before a crash may repeat. */
  public static void assertNothingLost(
      Map<String, List<JsonNode>> events, Collection<String> requestIds) {
    assertThat(events.keySet()).containsExactlyInAnyOrderElementsOf(requestIds);
    events.forEach(
        (requestId, told) -> {
          int next = 0;
          for (int sequence : sequences(told)) {
            assertThat(sequence)
                .as("sequence after %d of %s: %s", next - 1, requestId, told)
                .isBetween(0, next);
            next = sequence + 1;
          }
          assertThat(SourceScene.over(told)).as("%s is over: %s", requestId, told).isTrue();
        });
  }

  /** No line twice, none before one that it came after; any may lack that were told to the dead. */
  public static void assertLogsInOrder(List<JsonNode> events, List<String> written) {
    List<String> published = SourceScene.logs(events);
    assertThat(published)
        .as("lines of %s", events)
        .isEqualTo(written.stream().filter(published::contains).toList());
  }

  private static void assertOutcomeIsLast(String requestId, List<JsonNode> events) {
    assertThat(events.stream().map(event -> event.hasNonNull("outcome")).toList())
        .as("outcomes of %s: %s", requestId, events)
        .isEqualTo(
            IntStream.range(0, events.size()).mapToObj(i -> i == events.size() - 1).toList());
  }

  private static List<Integer> sequences(List<JsonNode> events) {
    return events.stream().map(event -> event.path("sequence").asInt(-1)).toList();
  }
}
