// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.logs;
import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything that can go wrong with a stream, all at once: none delays another. */
class StreamFaultsIT {
  private static final Script LIFE =
      Script.builder()
          .every(Duration.ofMillis(300))
          .inQueue(1)
          .inProgress("grüße")
          .completed(0.5)
          .build();

  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal =
        FalSimulator.start(
            SimulatorConfig.builder().keepAlive(Duration.ofMillis(500)).stampEvents(true).build());
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @Test
  void whatPassesIsSurvived() {
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put("cut-before-headers", Fault.RESET_BEFORE_HEADERS);
    faults.put("silent-before-headers", Fault.SILENT_BEFORE_HEADERS);
    faults.put("cut-socket", Fault.RESET_CONNECTION);
    faults.put("reset-stream", Fault.RESET_STREAM);
    faults.put("drop-mid-event", Fault.RESET_MID_EVENT);
    faults.put("silent-socket", Fault.SILENT_AFTER_HEADERS);
    faults.put("silent-after-one", Fault.silentAfter(1));
    faults.put("dead-peer", Fault.DEAD_PEER);
    faults.put("clean-end", Fault.CLEAN_END);
    faults.put("clean-end-at-once", Fault.cleanEndAfter(0));
    faults.put("http-408", Fault.status(408, "timeout"));
    faults.put("http-429", Fault.TOO_MANY_REQUESTS);
    faults.put("http-429-seconds", Fault.retryAfterSeconds(1));
    faults.put("http-429-date", Fault.retryAfterDate(Duration.ofSeconds(2)));
    faults.put("http-500", Fault.SERVER_ERROR);
    faults.put("http-503", Fault.UNAVAILABLE);
    faults.put("http-504", Fault.status(504, "gateway timeout"));
    faults.put("json-200", Fault.JSON_200);
    faults.put("json-202", Fault.JSON_202);
    faults.put("crlf", Fault.CRLF);
    faults.put("cr", Fault.CR);
    faults.put("multi-line-data", Fault.MULTI_LINE_DATA);
    faults.put("split-utf8", Fault.SPLIT_UTF8);
    faults.put("byte-order-mark", Fault.BYTE_ORDER_MARK);
    faults.put("retry-line", Fault.allOf(Fault.RETRY_LINE, Fault.CLEAN_END));
    faults.put("extra-fields", Fault.EXTRA_FIELDS);
    faults.put("no-last-blank-line", Fault.NO_LAST_BLANK_LINE);
    faults.put("unknown-status", Fault.UNKNOWN_STATUS);
    faults.put("not-json", Fault.NOT_JSON);
    faults.put("not-an-object", Fault.NOT_AN_OBJECT);
    faults.put("other-request", Fault.OTHER_REQUEST);
    faults.put("huge-log-line", Fault.HUGE_LOG_LINE);
    faults.put(
        "babbling",
        Fault.allOf(Fault.strangeEventsForComments(Fault.StrangeKind.NOT_JSON), Fault.CLEAN_END));
    faults.put("empty-events", Fault.strangeEventsForComments(Fault.StrangeKind.EMPTY));
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 2).with("status.logs", "true").start(1)) {
      faults.forEach((id, fault) -> fal.attachFault(id, fault, 2));
      faults.keySet().forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, LIFE));
      faults.keySet().forEach(scene::ask);

      Map<String, List<JsonNode>> events =
          scene.await(
              "all outcomes",
              e ->
                  faults.keySet().stream()
                      .allMatch(id -> SourceScene.over(e.getOrDefault(id, List.of()))));
      assertThat(events.keySet()).containsExactlyInAnyOrderElementsOf(faults.keySet());
      events.forEach(StreamFaultsIT::assertSound);
      assertThat(texts(events.get("unknown-status"), "status"))
          .anyMatch(status -> !List.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED").contains(status));
      assertThat(fal.streamsOpened("no-last-blank-line")).isEqualTo(1);
      assertThat(logs(events.get("huge-log-line"))).anyMatch(line -> line.contains("left out"));
    }
  }

  private static void assertSound(String id, List<JsonNode> events) {
    assertThat(events.stream().map(event -> event.path("sequence").asLong()))
        .as(id)
        .containsExactlyElementsOf(LongStream.range(0, events.size()).boxed().toList());
    List<String> outcomes = texts(events, "outcome");
    assertThat(outcomes.subList(0, outcomes.size() - 1)).as(id).allMatch("null"::equals);
    assertThat(outcomes).as(id).endsWith("SUCCEEDED");
    assertThat(texts(events, "request_id")).as(id).containsOnly(id);
    assertThat(texts(events, "endpoint_id")).as(id).containsOnly(SourceScene.ENDPOINT);
    assertThat(texts(events, "status")).as(id).endsWith("COMPLETED");
    assertThat(logs(events)).as(id).filteredOn("grüße"::equals).hasSize(1);
  }

  @Test
  void whatDoesNotPassEndsTheWatchAndSaysWhy() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("errors.tolerance", "all")
            .with("fal.retry.timeout.ms", "1500")
            .start(1)) {
      Map<String, Fault> faults =
          Map.of(
              "final-401", Fault.UNAUTHORIZED,
              "final-403", Fault.FORBIDDEN,
              "final-404", Fault.NOT_FOUND,
              "final-405", Fault.METHOD_NOT_ALLOWED,
              "final-422", Fault.UNPROCESSABLE,
              "final-504", Fault.USER_TIMEOUT,
              "always-503", Fault.UNAVAILABLE,
              "always-cut", Fault.RESET_BEFORE_HEADERS,
              "always-garbage", Fault.allOf(Fault.NOT_JSON, Fault.cleanEndAfter(1)),
              "always-elsewhere", Fault.redirect("http://127.0.0.1:1/"));
      faults.forEach(
          (id, fault) -> {
            fal.registerRequest(id, SourceScene.ENDPOINT, Script.builder().inQueue(3).build());
            fal.attachFault(id, fault, FalSimulator.ALWAYS);
            scene.ask(id);
          });
      scene.ask("no-such-request");
      fal.registerRequest(
          "taken", SourceScene.ENDPOINT, Script.builder().manual().inQueue(1).build());
      scene.ask("taken");

      assertEnded(scene, "final-401", "DENIED", "401");
      assertEnded(scene, "final-403", "DENIED", "403");
      assertEnded(scene, "final-404", "NOT_FOUND", "404");
      assertEnded(scene, "no-such-request", "NOT_FOUND", "404");
      assertEnded(scene, "final-405", "ABANDONED", "405");
      assertEnded(scene, "final-422", "ABANDONED", "field required");
      assertEnded(scene, "final-504", "ABANDONED", "request_timeout");
      assertEnded(scene, "always-503", "ABANDONED", "runner_scheduling_failure");
      assertEnded(scene, "always-cut", "ABANDONED", "failing for more than 1500 ms");
      assertEnded(scene, "always-garbage", "ABANDONED", "without a status");
      assertEnded(scene, "always-elsewhere", "ABANDONED", "redirects are not followed");
    }
  }

  private static void assertEnded(SourceScene scene, String id, String outcome, String reason) {
    List<JsonNode> events = scene.awaitOutcome(id);
    assertThat(events).as(id).hasSize(1);
    JsonNode event = events.get(0);
    assertThat(event.path("outcome").asText()).as(id).isEqualTo(outcome);
    assertThat(event.path("status").asText()).as(id).isEqualTo("UNKNOWN");
    assertThat(event.path("error").asText()).as(id).contains(reason);
  }

  @Test
  void aRefusedKeyFailsTheTaskAndLosesNothing() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      fal.registerRequest("refused", SourceScene.ENDPOINT, Script.builder().completed().build());
      fal.attachFault("refused", Fault.UNAUTHORIZED, 1);
      scene.ask("refused");

      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("refused", scene.control + "-0", "offset 0", "401");
      scene.rest().request("POST", "/connectors/" + scene.name + "/tasks/0/restart", null);
      assertThat(texts(scene.awaitOutcome("refused"), "outcome")).containsExactly("SUCCEEDED");
    }
  }

  @Test
  void aHealthyStreamThatSaysNothingNewIsNotFailing() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("fal.idle.timeout.ms", "1500")
            .with("fal.retry.timeout.ms", "1000")
            .start(1)) {
      var request =
          fal.registerRequest(
              "patient",
              SourceScene.ENDPOINT,
              Script.builder().manual().inQueue(1).completed().build());
      fal.registerRequest("short", SourceScene.ENDPOINT, Script.lasting(Duration.ofSeconds(5)));
      scene.ask("patient");
      scene.ask("short");
      scene.awaitOutcome("short");
      assertThat(texts(scene.events("patient"), "outcome")).containsExactly("null");
      assertThat(fal.streamsOpened("patient")).isEqualTo(1);
      request.advance();
      assertThat(texts(scene.awaitOutcome("patient"), "status"))
          .containsExactly("IN_QUEUE", "COMPLETED");
    }
  }
}
