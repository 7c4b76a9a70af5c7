// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.client.EventStreamClient;
import io.falconnect.simulator.client.HttpTestClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusStreamTest {
  private static final Script BY_HAND =
      Script.builder()
          .manual()
          .inQueue(1)
          .inProgress("one", "two")
          .inProgress("three")
          .completed(1.5)
          .build();

  private final FalSimulator simulator =
      FalSimulator.start(
          SimulatorConfig.builder().keepAlive(Duration.ofMillis(20)).stampEvents(true).build());
  private final HttpTestClient client = HttpTestClient.http1(null);

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void aStreamIsToldThePresentStateThenEveryChangeThenTheEnd() {
    RequestHandle request = simulator.registerRequest("r1", "a/b", BY_HAND);
    try (EventStreamClient events = open("r1")) {
      await().until(() -> events.statuses().equals(List.of("IN_QUEUE")));
      request.advance().advance().advance();
      await().until(events::hasEnded);

      assertThat(events.statuses())
          .containsExactly("IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED");
      assertThat(messages(events))
          .containsExactly(List.of(), List.of("one", "two"), List.of("three"), List.of());
      assertThat(events.events().get(3).get("emitted_at").asDouble()).isPositive();
    }
    await().until(() -> simulator.openStreams() == 0);
    assertThat(simulator.streamsOpened("r1")).isEqualTo(1);
  }

  @Test
  void aTestMayWriteTheLogItself() {
    RequestHandle request = simulator.registerRequest("r1", "a/b", BY_HAND).advance();
    try (EventStreamClient events = open("r1")) {
      await().until(() -> events.events().size() == 1);
      request.addLogLine(LogLine.info("more")).finish();
      await().until(events::hasEnded);
      assertThat(messages(events))
          .containsExactly(List.of("one", "two"), List.of("more"), List.of("three"), List.of());
    }
  }

  @Test
  void withoutLogsThereAreNone() {
    simulator.registerRequest("r1", "a/b", BY_HAND).advance();
    try (EventStreamClient events = client.openEvents(url("r1"))) {
      await().until(() -> !events.events().isEmpty());
      assertThat(events.events().get(0).get("logs").isNull()).isTrue();
    }
  }

  @Test
  void commentsKeepAStreamOpenAndAClosedOneIsNoticed() {
    simulator.registerRequest("r1", "a/b", BY_HAND);
    try (EventStreamClient events = open("r1")) {
      await().until(() -> events.lines().stream().anyMatch(line -> line.startsWith(":")));
      assertThat(simulator.openStreams()).isEqualTo(1);
    }
    await().until(() -> simulator.openStreams() == 0);
  }

  @Test
  void aFinishedRequestAnswersWithTheEndAtOnce() {
    simulator.registerRequest("r1", "a/b", BY_HAND).advance().advance().advance();
    try (EventStreamClient events = open("r1")) {
      await().until(events::hasEnded);
      assertThat(events.statuses()).containsExactly("COMPLETED");
    }
  }

  @Test
  void missedStatesAreGone() {
    RequestHandle request = simulator.registerRequest("r1", "a/b", BY_HAND);
    readOne("r1");
    request.advance().advance();
    try (EventStreamClient events = open("r1")) {
      await().until(() -> !events.events().isEmpty());
      assertThat(events.statuses()).containsExactly("IN_PROGRESS");
    }
  }

  @Test
  void aReconnectMayRepeatAllLinesInOneEvent() {
    assertThat(afterReconnect(LogsOnReconnect.REPEAT_ALL))
        .containsExactly(List.of("one", "two", "three"));
  }

  @Test
  void aReconnectMayRepeatLinesOneByOne() {
    assertThat(afterReconnect(LogsOnReconnect.REPEAT_ONE_BY_ONE))
        .containsExactly(List.of("one"), List.of("two"), List.of("three"));
  }

  @Test
  void aReconnectMayGoOnWhereTheLastStreamEnded() {
    assertThat(afterReconnect(LogsOnReconnect.INCREMENTAL)).containsExactly(List.of("three"));
  }

  @Test
  void requestsOutliveARestartOnTheSamePorts() {
    RequestHandle request = simulator.registerRequest("r1", "a/b", BY_HAND);
    String before = simulator.queueUrl();
    try (EventStreamClient events = open("r1")) {
      await().until(() -> !events.events().isEmpty());
      simulator.stop();
      await().until(events::hasFailed);
    }
    request.advance();
    simulator.restart();
    assertThat(simulator.queueUrl()).isEqualTo(before);
    assertThat(client.getJson(before + "/a/b/requests/r1/status").get("status").asText())
        .isEqualTo("IN_PROGRESS");
  }

  @Test
  void unknownRequestsMayComeToLifeOnFirstSight() {
    SimulatorConfig config =
        SimulatorConfig.builder()
            .adoptUnknown(true)
            .defaultScript(Script.changing(4, Duration.ofMillis(5)))
            .build();
    try (FalSimulator load = FalSimulator.start(config);
        EventStreamClient events =
            client.openEvents(load.queueUrl() + "/a/b/requests/any/status/stream")) {
      await().until(events::hasEnded);
      assertThat(events.statuses())
          .containsExactly("IN_QUEUE", "IN_QUEUE", "IN_PROGRESS", "COMPLETED");
    }
  }

  private List<List<String>> afterReconnect(LogsOnReconnect choice) {
    RequestHandle request =
        simulator.registerRequest("r1", "a/b", BY_HAND.withLogs(choice)).advance();
    readOne("r1");
    request.advance();
    try (EventStreamClient events = open("r1")) {
      await().until(() -> !events.events().isEmpty());
      request.advance();
      await().until(events::hasEnded);
      List<List<String>> messages = messages(events);
      assertThat(messages.get(messages.size() - 1)).isEmpty();
      return messages.subList(0, messages.size() - 1);
    }
  }

  private void readOne(String id) {
    try (EventStreamClient events = open(id)) {
      await().until(() -> !events.events().isEmpty());
    }
    await().until(() -> simulator.openStreams() == 0);
  }

  private EventStreamClient open(String id) {
    return client.openEvents(url(id) + "?logs=1");
  }

  private String url(String id) {
    return simulator.queueUrl() + "/a/b/requests/" + id + "/status/stream";
  }

  private static List<List<String>> messages(EventStreamClient events) {
    return events.events().stream()
        .map(event -> event.path("logs").findValuesAsText("message"))
        .toList();
  }
}
