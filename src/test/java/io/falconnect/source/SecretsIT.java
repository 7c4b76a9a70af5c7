// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.ConnectWorker;
import io.falconnect.cluster.Jdks;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.Fault;
import io.falconnect.simulator.Script;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.Surface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys, in what a worker that logs all it can logs, answers and publishes. */
class SecretsIT {
  private static final String GROUP = "secrets-it";
  private static final String KEY = "right-" + UUID.randomUUID();
  private static final String WRONG = "wrong-" + UUID.randomUUID();

  /** Less than a whole key is too much already. */
  private static final int TELLING = 14;

  private static FalSimulator fal;
  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId(GROUP)
            .jdk(Jdks.chosen())
            .logLevel("TRACE")
            .secret("right", KEY)
            .secret("wrong", WRONG);
    fal =
        FalSimulator.start(
            SimulatorConfig.builder().apiKey(KEY).keepAlive(Duration.ofMillis(500)).build());
    cluster = KafkaCluster.start(SharedCluster.get().broker(), options, 1);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (fal != null) {
      fal.close();
    }
  }

  @Test
  void keysAreNowhereToBeFound() {
    try (SourceScene right = scene("right").with("status.logs", "true");
        SourceScene denied = scene("wrong");
        SourceScene tolerant = scene("wrong").with("errors.tolerance", "all")) {
      right
          .with("result.topic", right.results)
          .with("errors.tolerance", "all")
          .with("errors.topic", right.errors)
          .start(1);
      live(right);
      fail(denied);
      tolerate(tolerant);

      Map<String, String> places = new LinkedHashMap<>();
      for (SourceScene scene : List.of(right, denied, tolerant)) {
        answers(scene, places);
        records(scene, places);
      }
      for (String topic : List.of("-configs", "-offsets", "-status")) {
        places.put("topic " + topic, text(cluster.topics().readAll(GROUP + topic)));
      }
      places.put("thread dump", cluster.worker().threadDump());
      places.put("log", cluster.worker().log());
      assertThat(places.get("log")).contains(" TRACE ", " DEBUG ", "io.falconnect", "[hidden]");
      places.forEach(SecretsIT::assertClean);
    }
  }

  /** Requests that meet servers that repeat what they were sent. */
  private static void live(SourceScene scene) {
    String echo = "you came with " + KEY;
    String detail = "{\"detail\":\"" + echo + "\"}";
    String atTheEdge = "x".repeat(500 - TELLING) + KEY;
    Fault inHeader = Fault.reply(503, Map.of("X-Fal-Error-Type", echo), detail);
    List<String> ids = new ArrayList<>();
    for (String what : List.of("retried", "unknown", "refused", "edge", "plain", "result")) {
      ids.add(scene.name + "-" + what);
    }
    ids.forEach(
        id -> fal.register(id, SourceScene.ENDPOINT, Script.changing(4, Duration.ofMillis(300))));
    fal.fault(ids.get(0), Fault.all(Fault.reply(500, Map.of(), detail)), 2);
    fal.fault(ids.get(0), inHeader, 1);
    fal.fault(ids.get(1), Fault.reply(404, Map.of(), detail), 1);
    fal.fault(
        ids.get(2), Fault.reply(422, Map.of(), "{\"detail\":[{\"msg\":\"" + echo + "\"}]}"), 1);
    fal.fault(ids.get(3), Fault.reply(422, Map.of(), atTheEdge), 1);
    fal.fault(ids.get(4), Fault.reply(400, Map.of("X-Fal-Error-Type", echo), echo), 1);
    fal.fault(ids.get(5), Surface.RESULT, inHeader, 1);
    fal.fault(
        ids.get(5), Surface.RESULT, Fault.reply(422, Map.of("X-Fal-Error-Type", echo), detail), 1);
    scene.askAll(ids);
    scene.ask("unusable", "{\"request_id\":7}");
    Histories.assertWhole(scene.awaitOutcomes(ids.size()), ids);
    scene.topics().awaitRecords(scene.results, 2);
  }

  private static void fail(SourceScene scene) {
    String id = scene.name + "-denied";
    fal.register(id, SourceScene.ENDPOINT, Script.lasting(Duration.ofMillis(100)));
    fal.fault(id, Fault.reply(401, Map.of(), "{\"detail\":\"" + WRONG + " is no key\"}"), 1);
    // Nobody is turned away before the fault: the answer is to have the key in it.
    fal.apiKey(null);
    scene.start(1).ask(id);
    assertThat(scene.rest().awaitFailed(scene.name).traces())
        .contains("fal refused the key", "HTTP 401", "[hidden] is no key");
    fal.apiKey(KEY);
  }

  private static void tolerate(SourceScene scene) {
    String id = scene.name + "-denied";
    fal.register(id, SourceScene.ENDPOINT, Script.lasting(Duration.ofMillis(100)));
    scene.start(1).ask(id);
    assertThat(scene.awaitOutcome(id).get(0).path("outcome").asText()).isEqualTo("DENIED");
  }

  private static void answers(SourceScene scene, Map<String, String> places) {
    for (String what : List.of("", "/config", "/status", "/offsets", "/tasks", "/tasks/0/status")) {
      String path = "/connectors/" + scene.name + what;
      places.put(path, scene.rest().request("GET", path, null).toString());
    }
    Map<String, String> config = scene.config();
    config.put("name", scene.name);
    String validation =
        scene.rest().validate(config.get("connector.class"), config).answer().toString();
    places.put("validation of " + scene.name, validation);
  }

  private static void records(SourceScene scene, Map<String, String> places) {
    for (String topic : List.of(scene.control, scene.status, scene.results, scene.errors)) {
      places.put("topic " + topic, text(scene.topics().readAll(topic)));
    }
  }

  private static String text(List<ConsumerRecord<String, String>> records) {
    StringBuilder text = new StringBuilder();
    records.forEach(r -> text.append(r).append('\n'));
    return text.toString();
  }

  private static void assertClean(String place, String text) {
    for (String key : List.of(KEY, WRONG)) {
      String start = key.substring(0, TELLING);
      int at = text.indexOf(start);
      assertThat(
              at < 0
                  ? ""
                  : text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100)))
          .as("what tells a key in " + place)
          .isEmpty();
    }
  }

  private static SourceScene scene(String secret) {
    ConnectWorker worker = cluster.worker();
    return new SourceScene(cluster, fal, 1).with("fal.api.key", worker.secret(secret));
  }
}
