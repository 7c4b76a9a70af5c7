// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.json;
import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.CountingRelay;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results of finished requests: fetched, retried, published once. */
class ResultsIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static SourceScene scene() {
    SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1);
    return scene.with("result.topic", scene.results);
  }

  private static Map<String, JsonNode> results(SourceScene scene, int count) {
    Map<String, JsonNode> results = new HashMap<>();
    for (ConsumerRecord<String, String> r : scene.topics().awaitRecords(scene.results, count)) {
      assertThat(results.put(r.key(), json(r.value()))).as("repeat of " + r.key()).isNull();
    }
    return results;
  }

  @Test
  void outputsAndErrorsArePublished() {
    Script succeeds =
        Script.builder()
            .completed()
            .output("{\"seed\":18446744073709551615,\"n\":[1,2.5,null,true]}")
            .billing("2.5")
            .build();
    Script fails = Script.builder().failed("out of memory", "runner_disconnected", 503).build();
    try (SourceScene scene = scene().with("fal.retry.timeout.ms", "2000").start(1)) {
      Map<String, Script> requests =
          Map.of(
              "good",
              succeeds,
              "bad",
              fails,
              "slow-result",
              succeeds,
              "gone",
              succeeds,
              "big",
              succeeds,
              "never",
              succeeds,
              "not-ready",
              succeeds,
              "asked-too-early",
              succeeds,
              "typed-in-its-body",
              fails,
              "much-is-wrong",
              fails);
      requests.forEach((id, script) -> fal.registerRequest(id, SourceScene.ENDPOINT, script));
      fal.attachFault("slow-result", Surface.RESULT, Fault.allOf(Fault.UNAVAILABLE), 2);
      fal.attachFault("gone", Surface.RESULT, Fault.NOT_FOUND, FalSimulator.ALWAYS);
      fal.attachFault("big", Surface.RESULT, Fault.bigOutput(3_000_000), FalSimulator.ALWAYS);
      fal.attachFault(
          "never", Surface.RESULT, Fault.status(502, "bad gateway"), FalSimulator.ALWAYS);
      fal.attachFault(
          "not-ready", Surface.RESULT, Fault.reply(202, Map.of(), "{\"status\":\"IN_QUEUE\"}"), 2);
      fal.attachFault(
          "asked-too-early", Surface.RESULT, Fault.status(400, "Request is still in progress"), 2);
      fal.attachFault(
          "typed-in-its-body",
          Surface.RESULT,
          Fault.reply(504, Map.of(), "{\"detail\":\"late\",\"error_type\":\"request_timeout\"}"),
          FalSimulator.ALWAYS);
      String detail = "[" + "{\"msg\":\"required\"},".repeat(400) + "{}]";
      fal.attachFault(
          "much-is-wrong",
          Surface.RESULT,
          Fault.reply(422, Map.of(), "{\"detail\":" + detail + "}"),
          FalSimulator.ALWAYS);
      requests.keySet().forEach(scene::ask);

      Map<String, JsonNode> results = results(scene, requests.size());
      assertThat(results.get("not-ready").path("http_status").asInt()).isEqualTo(200);
      assertThat(results.get("asked-too-early").path("http_status").asInt()).isEqualTo(200);
      assertThat(results.get("asked-too-early").path("output").path("n")).hasSize(4);
      assertThat(results.get("typed-in-its-body").path("http_status").asInt()).isEqualTo(504);
      assertThat(results.get("typed-in-its-body").path("error_type").asText())
          .isEqualTo("request_timeout");
      assertThat(results.get("much-is-wrong").path("error").asText())
          .isEqualTo("HTTP 422: " + detail);
      assertThat(results.get("good").path("http_status").asInt()).isEqualTo(200);
      assertThat(results.get("good").path("output").path("n").toString())
          .isEqualTo("[1,2.5,null,true]");
      assertThat(results.get("good").path("output").path("seed").asDouble())
          .isEqualTo(1.8446744073709552E19);
      assertThat(results.get("good").path("endpoint_id").asText()).isEqualTo(SourceScene.ENDPOINT);
      assertThat(results.get("good").path("billable_units").asDouble()).isEqualTo(2.5);
      assertThat(results.get("bad").path("billable_units").isNull()).isTrue();
      assertThat(results.get("slow-result").path("http_status").asInt()).isEqualTo(200);
      assertThat(results.get("bad").path("http_status").asInt()).isEqualTo(503);
      assertThat(results.get("bad").path("error").asText()).contains("out of memory");
      assertThat(results.get("gone").path("http_status").asInt()).isEqualTo(404);
      assertThat(results.get("big").path("http_status").asInt()).isEqualTo(200);
      assertThat(results.get("big").path("output").isNull()).isTrue();
      assertThat(results.get("big").path("error").asText()).contains("larger than");
      assertThat(results.get("never").path("error").asText())
          .contains("failing for more than 2000 ms");
      assertThat(texts(scene.events("bad"), "outcome")).endsWith("FAILED");
      assertThat(texts(scene.events("bad"), "error_type")).endsWith("runner_disconnected");
      assertThat(texts(scene.events("good"), "outcome")).endsWith("SUCCEEDED");
      assertThat(texts(scene.events("big"), "outcome")).endsWith("SUCCEEDED");
      assertThat(texts(scene.events("gone"), "outcome")).endsWith("NOT_FOUND");
      assertThat(texts(scene.events("never"), "outcome")).endsWith("ABANDONED");
    }
  }

  @Test
  void aRequestSucceededOnlyIfItsResultIsAnOutputAlsoWithoutAResultTopic() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("exactly.once.support", "required")
            .start(1)) {
      Script completes = Script.builder().inQueue(1).inProgress().completed().build();
      List<String> ids =
          List.of("accepted", "rejected", "too-early", "silent-result", "cancelled", "failed");
      ids.subList(0, 4).forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, completes));
      fal.registerRequest("cancelled", SourceScene.ENDPOINT, Script.endingAs("CANCELLED"));
      fal.registerRequest(
          "failed",
          SourceScene.ENDPOINT,
          Script.builder().inProgress().ending("FAILED", "out of memory").build());
      fal.attachFault("rejected", Surface.RESULT, Fault.UNPROCESSABLE, FalSimulator.ALWAYS);
      fal.attachFault(
          "too-early", Surface.RESULT, Fault.status(400, "Request is still in progress"), 1);
      fal.attachFault(
          "silent-result", Surface.RESULT, Fault.SILENT_BEFORE_HEADERS, FalSimulator.ALWAYS);
      ids.forEach(scene::ask);

      scene.await(
          "completed without an outcome",
          events ->
              texts(events.getOrDefault("silent-result", List.of()), "status")
                  .contains("COMPLETED"));
      scene.rest().stop(scene.name);
      fal.clearFaults();
      fal.attachFault("rejected", Surface.RESULT, Fault.UNPROCESSABLE, FalSimulator.ALWAYS);
      scene.rest().resume(scene.name);
      ids.forEach(id -> Histories.assertWhole(id, scene.awaitOutcome(id)));
      assertThat(last(scene, "accepted", "outcome")).isEqualTo("SUCCEEDED");
      assertThat(last(scene, "rejected", "outcome")).isEqualTo("FAILED");
      assertThat(last(scene, "rejected", "error")).contains("422", "field required");
      assertThat(last(scene, "too-early", "outcome")).isEqualTo("SUCCEEDED");
      assertThat(texts(scene.events("silent-result"), "outcome")).endsWith("null", "SUCCEEDED");
      assertThat(last(scene, "cancelled", "outcome")).isEqualTo("CANCELLED");
      assertThat(last(scene, "failed", "outcome")).isEqualTo("FAILED");
      assertThat(last(scene, "failed", "error")).isEqualTo("out of memory");
    }
  }

  @Test
  void aLargeResultThatNobodyWantsIsNotDownloaded() throws IOException {
    try (CountingRelay relay = CountingRelay.start(fal.queueUrl());
        SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 1).with("fal.queue.url", relay.url())) {
      fal.registerRequest("large", SourceScene.ENDPOINT, Script.builder().completed().build());
      fal.attachFault("large", Surface.RESULT, Fault.bigOutput(50 << 20), 1);
      scene.start(1).ask("large");
      scene.awaitOutcome("large");
      assertThat(last(scene, "large", "outcome")).isEqualTo("SUCCEEDED");
      assertThat(relay.returnedBytes()).isLessThan(16 << 20);
    }
  }

  private static String last(SourceScene scene, String id, String field) {
    List<String> all = texts(scene.events(id), field);
    return all.get(all.size() - 1);
  }

  @Test
  void aResultInFlightIsFetchedAfterARestart() {
    try (SourceScene scene =
        scene().with("outcome.from", "status").with("result.format", "struct").start(1)) {
      fal.registerRequest(
          "late", SourceScene.ENDPOINT, Script.builder().completed().output("{\"a\":1}").build());
      fal.attachFault("late", Surface.RESULT, Fault.SILENT_BEFORE_HEADERS, 1);
      scene.ask("late");
      scene.awaitOutcome("late");

      scene.rest().stop(scene.name);
      assertThat(scene.rest().offsets(scene.name).toString()).contains("late", "SUCCEEDED");
      scene.rest().resume(scene.name);
      JsonNode result = results(scene, 1).get("late");
      assertThat(result.path("output").asText()).isEqualTo("{\"a\":1}");
      assertThat(scene.events("late")).hasSize(1);
    }
  }

  @Test
  void aNullRecordAfterTheOutcomeTakesNoResultAway() {
    try (SourceScene scene = scene().with("outcome.from", "status").start(1)) {
      Script done = Script.builder().completed().output("{\"a\":1}").build();
      fal.registerRequest("due", SourceScene.ENDPOINT, done);
      fal.registerRequest("later", SourceScene.ENDPOINT, done);
      fal.attachFault("due", Surface.RESULT, Fault.UNAVAILABLE, FalSimulator.ALWAYS);
      scene.ask("due");
      scene.awaitOutcome("due");
      scene.ask("due", null);
      scene.ask("later");
      scene.awaitOutcome("later");
      fal.clearFaults();
      JsonNode result = results(scene, 2).get("due");
      assertThat(result.path("http_status").asInt()).isEqualTo(200);
      assertThat(result.at("/output/a").asInt()).isEqualTo(1);
      assertThat(texts(scene.events("due"), "outcome")).containsExactly("SUCCEEDED");
    }
  }

  @Test
  void aResultThatIsNotWantedAnyMoreHoldsUpNothing() {
    try (SourceScene scene = scene().with("outcome.from", "status").start(1)) {
      Script done = Script.builder().completed().build();
      fal.registerRequest("unwanted", SourceScene.ENDPOINT, done);
      fal.registerRequest("wanted", SourceScene.ENDPOINT, done);
      fal.attachFault("unwanted", Surface.RESULT, Fault.UNAVAILABLE, FalSimulator.ALWAYS);
      scene.ask("unwanted");
      scene.awaitOutcome("unwanted");
      scene.rest().stop(scene.name);
      assertThat(scene.openWatches()).containsOnlyKeys("unwanted");

      Map<String, String> config = scene.config();
      config.remove("result.topic");
      scene.rest().putConnector(scene.name, config);
      scene.rest().resume(scene.name);
      scene.ask("wanted");
      scene.awaitOutcome("wanted");
      scene.rest().stop(scene.name);
      assertThat(scene.openWatches()).doesNotContainKey("wanted");
    }
  }

  @Test
  void resultsAreTracedToTheirControlRecords() {
    try (SourceScene scene = scene().start(1)) {
      fal.registerRequest("traced", SourceScene.ENDPOINT, Script.lasting(Duration.ofMillis(50)));
      scene.ask("traced");
      List<ConsumerRecord<String, String>> results = scene.topics().awaitRecords(scene.results, 1);
      assertThat(results.get(0).headers().lastHeader("fal.control.offset").value())
          .asString()
          .isEqualTo("0");
    }
  }
}
