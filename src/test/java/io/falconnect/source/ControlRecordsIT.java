// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.json;
import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What control records may say, and what becomes of those that say nothing usable. */
class ControlRecordsIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static String register(String id) {
    fal.registerRequest(id, SourceScene.ENDPOINT, Script.builder().completed().build());
    return id;
  }

  @Test
  void everyFormOfAControlRecordIsUnderstood() throws Exception {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      String base = fal.queueUrl() + "/fal-ai/flux/requests/";
      List<String> ids = new ArrayList<>();
      scene.ask("k1", "\"" + register("bare") + "\"");
      scene.ask("k2", "{\"request_id\":\"" + register("default") + "\"}");
      scene.ask(
          "k3", "{\"request_id\":\"" + register("model") + "\",\"model_id\":\"fal-ai/flux\"}");
      scene.ask(
          "k4",
          "{\"request_id\":\""
              + register("app")
              + "\",\"app_id\":\"fal-ai/flux/dev\",\"logs\":true}");
      scene.ask(
          "k5",
          "{\"request_id\":\""
              + register("status-url")
              + "\",\"status_url\":\""
              + base
              + "status-url/status\"}");
      scene.ask(
          "k6",
          "{\"request_id\":\""
              + register("response-url")
              + "\",\"response_url\":\""
              + base
              + "response-url\",\"status_url\":null}");
      ids.addAll(List.of("bare", "default", "model", "app", "status-url", "response-url"));
      String submitted = submit();
      scene.ask("k7", submitted);
      ids.add(json(submitted).path("request_id").asText());

      for (String id : ids) {
        assertThat(texts(scene.awaitOutcome(id), "outcome")).as(id).endsWith("SUCCEEDED");
      }
      assertThat(texts(scene.events("model"), "endpoint_id")).containsOnly("fal-ai/flux");
      assertThat(texts(scene.events("status-url"), "endpoint_id")).containsOnly("fal-ai/flux");
      assertThat(texts(scene.events("bare"), "endpoint_id")).containsOnly(SourceScene.ENDPOINT);
      ConsumerRecord<String, String> first =
          scene.topics().readAll(scene.status).stream()
              .filter(r -> r.key().equals("model"))
              .findFirst()
              .orElseThrow();
      assertThat(header(first, "fal.endpoint_id")).isEqualTo("fal-ai/flux");
      assertThat(header(first, "fal.control.topic")).isEqualTo(scene.control);
      assertThat(header(first, "fal.control.partition")).isEqualTo("0");
      assertThat(header(first, "fal.control.offset")).isEqualTo("2");
      assertThat(first.timestamp()).isEqualTo(json(first.value()).path("observed_at").asLong());
    }
  }

  private static String submit() throws IOException, InterruptedException {
    HttpRequest submit =
        HttpRequest.newBuilder(URI.create(fal.queueUrl() + "/" + SourceScene.ENDPOINT))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"a cat\"}"))
            .timeout(Duration.ofSeconds(20))
            .build();
    return HttpClient.newHttpClient().send(submit, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void unusableRecordsAreReportedAndPassedOver() throws IOException {
    try (SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 1)
                .with("errors.tolerance", "all")
                .with("exactly.once.support", "required");
        ServerSocket foreign = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      scene.with("errors.topic", scene.errors).start(1);
      String host = "http://127.0.0.1:" + foreign.getLocalPort();
      List<String> bad =
          List.of(
              "not json at all",
              "17",
              "[\"list\"]",
              "{}",
              "{\"request_id\":17}",
              "{\"request_id\":\"\"}",
              "{\"request_id\":\"a/../b\"}",
              "{\"request_id\":\"x\",\"endpoint_id\":\"one\"}",
              "{\"request_id\":\"x\",\"endpoint_id\":\"a/../b\"}",
              "{\"request_id\":\"x\",\"endpoint_id\":\"a/b/c/d/e/f/g\"}",
              "{\"request_id\":\"x\",\"status_url\":\"" + host + "/a/b/requests/x/status\"}",
              "{\"request_id\":\"x\",\"endpoint_id\":\"a/b\",\"response_url\":\""
                  + host
                  + "/a/b/requests/x\"}",
              "{\"request_id\":\"x\",\"status_url\":\""
                  + fal.queueUrl()
                  + "/a/b/requests/y/status\"}",
              "{\"request_id\":\"x\",\"status_url\":\"ftp://127.0.0.1/a/b/requests/x/status\"}");
      bad.forEach(value -> scene.ask("bad", value));
      scene.topics().produce(new ProducerRecord<>(scene.control, 0, null, null));
      scene
          .topics()
          .produce(
              new ProducerRecord<>(
                  scene.control, 0, new byte[] {(byte) 0xff}, new byte[] {(byte) 0xfe, 1}));
      scene
          .topics()
          .produce(
              new ProducerRecord<>(
                  scene.control, 0, "text".getBytes(StandardCharsets.UTF_8), new byte[] {-1}));
      scene.ask(register("after-the-bad"));

      scene.awaitOutcome("after-the-bad");
      List<ConsumerRecord<String, String>> errors =
          scene.topics().awaitRecords(scene.errors, bad.size() + 3);
      assertThat(errors).hasSize(bad.size() + 3);
      for (int i = 0; i < bad.size(); i++) {
        JsonNode error = json(errors.get(i).value());
        assertThat(error.path("value").asText()).isEqualTo(bad.get(i));
        assertThat(error.path("key").asText()).isEqualTo(errors.get(i).key()).isEqualTo("bad");
        assertThat(error.path("control_offset").asLong()).isEqualTo(i);
        assertThat(error.path("control_topic").asText()).isEqualTo(scene.control);
        assertThat(error.path("encoding").asText()).isEqualTo("utf-8");
        assertThat(error.path("reason").asText()).isNotBlank();
      }
      assertThat(errors.get(bad.size() + 2).key()).isEqualTo("text");
      JsonNode binary = json(errors.get(bad.size() + 1).value());
      assertThat(binary.path("encoding").asText()).isEqualTo("base64");
      assertThat(binary.path("value").asText()).isEqualTo("/gE=");
      assertThat(scene.events("x")).isEmpty();
      assertNoConnection(foreign);
    }
  }

  private static void assertNoConnection(ServerSocket foreign) throws IOException {
    foreign.setSoTimeout(1);
    assertThatThrownBy(foreign::accept)
        .as("contact with a host that is not configured")
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void withoutToleranceAnUnusableRecordFailsTheTaskAndCanBeSkipped() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      scene.ask(register("before"));
      scene.awaitOutcome("before");
      scene.ask("bad", "{\"request_id\":\"not usable\"}");
      scene.ask(register("behind"));

      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains(scene.control, "partition 0", "offset 1", "not usable");
      scene.rest().stop(scene.name);
      scene.alterFloor(2);
      scene.rest().resume(scene.name);
      scene.awaitOutcome("behind");
      assertThat(scene.events("before")).hasSize(1);
    }
  }

  @Test
  void aNullValueEndsTheWatch() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      fal.registerRequest(
          "unwanted",
          SourceScene.ENDPOINT,
          Script.builder().manual().inQueue(9).completed().build());
      scene.ask("unwanted");
      scene.await("a first event", events -> events.containsKey("unwanted"));
      scene.ask("unwanted", null);
      scene.ask("never-seen", null);

      List<JsonNode> events = scene.awaitOutcome("unwanted");
      assertThat(texts(events, "outcome")).containsExactly("null", "CANCELLED");
      assertThat(texts(events, "status")).containsExactly("IN_QUEUE", "IN_QUEUE");
      await().atMost(SourceScene.LIMIT).until(() -> fal.openStreams() == 0);
      scene.ask(register("next"));
      scene.awaitOutcome("next");
      assertThat(scene.events("never-seen")).isEmpty();
    }
  }

  @Test
  void aNullValueInAnotherPartitionEndsNothingAndTheLogSaysSo() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 2).start(1)) {
      var request =
          fal.registerRequest(
              "elsewhere",
              SourceScene.ENDPOINT,
              Script.builder().manual().inQueue(9).completed().build());
      byte[] key = "elsewhere".getBytes(StandardCharsets.UTF_8);
      byte[] asking = SourceScene.asking("elsewhere").getBytes(StandardCharsets.UTF_8);
      scene.topics().produce(new ProducerRecord<>(scene.control, 0, null, asking));
      scene.await("a first event", events -> events.containsKey("elsewhere"));
      scene.topics().produce(new ProducerRecord<>(scene.control, 1, key, null));
      await()
          .atMost(SourceScene.LIMIT)
          .until(
              () ->
                  scene
                      .cluster
                      .worker()
                      .log()
                      .lines()
                      .anyMatch(
                          line -> line.contains("elsewhere is in " + scene.control + "-1, but")));
      request.advance();
      assertThat(texts(scene.awaitOutcome("elsewhere"), "outcome"))
          .containsExactly("null", "SUCCEEDED");
    }
  }

  @Test
  void oneRequestIsWatchedOnceAtATime() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      var request =
          fal.registerRequest(
              "twice",
              SourceScene.ENDPOINT,
              Script.builder().manual().inQueue(1).completed().build());
      scene.ask("twice");
      scene.ask("twice");
      scene.ask("twice", "{\"request_id\":\"twice\",\"endpoint_id\":\"fal-ai/flux\"}");
      scene.ask(register("marker"));
      scene.awaitOutcome("marker");
      request.advance();
      assertThat(texts(scene.awaitOutcome("twice"), "sequence")).containsExactly("0", "1");
      assertThat(fal.streamsOpened("twice")).isEqualTo(1);
    }
  }
}
