// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Inputs submitted to the queue, and what it answers as control records. */
class QueueSinkIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static SinkScene scene() {
    return SinkScene.queue(SharedCluster.get(), fal, 1);
  }

  private static void fault(SinkScene scene, Fault... faults) {
    for (Fault fault : faults) {
      fal.attachFault(scene.endpoint, Surface.SUBMIT, fault, 1);
    }
  }

  private static List<ReceivedRequest> received(SinkScene scene) {
    return fal.receivedRequests().stream()
        .filter(request -> request.path().equals("/" + scene.endpoint))
        .toList();
  }

  private static long posted(SinkScene scene, int number) {
    return received(scene).stream()
        .filter(request -> Answers.input(number).equals(request.body()))
        .count();
  }

  @Test
  void everyInputIsSubmittedOnceAndItsAnswerIsAControlRecord() {
    try (SinkScene scene = SinkScene.queue(SharedCluster.get(), fal, 3).start(1)) {
      scene.sendAll(100, Answers::input);
      List<ConsumerRecord<String, String>> requests =
          scene.topics().awaitRecords(scene.results, 100);
      assertThat(requests).hasSize(100);
      for (ConsumerRecord<String, String> request : requests) {
        JsonNode value = SinkScene.json(request.value());
        assertThat(value.path("request_id").asText()).isEqualTo(request.key());
        assertThat(value.path("endpoint_id").asText()).isEqualTo(scene.endpoint);
        assertThat(value.path("status_url").asText()).startsWith(fal.queueUrl());
        assertThat(Answers.header(request, "fal.input.key")).startsWith("k");
        assertThat(Answers.header(request, "fal.input.topic")).isEqualTo(scene.inputs);
        assertThat(Answers.header(request, "fal.request_id")).isEqualTo(request.key());
      }
      assertThat(
              requests.stream().map(request -> Answers.header(request, "fal.input.key")).distinct())
          .hasSize(100);
      assertThat(fal.submittedIds())
          .containsAll(requests.stream().map(ConsumerRecord::key).toList());
      assertThat(received(scene)).hasSize(100);
    }
  }

  @Test
  void falIsAskedForWhatIsConfigured() {
    try (SinkScene scene =
        scene()
            .with("queue.priority", "low")
            .with("queue.hint", "session-7")
            .with("queue.start.timeout.s", "30")
            .with("queue.no.retry", "true")
            .with("queue.max.length", "500")
            .with("fal.header.x-fal-store-io", "0")
            .with("fal.queue.url", "http://127.0.0.1:1," + fal.queueUrl())
            .with("queue.object.lifecycle", "{\"expiration_duration_seconds\": 3600}")
            .with("queue.webhook.url", "https://example.com/hook?a=b&c=d")
            .start(1)) {
      scene.send(null, Answers.input(0));
      ConsumerRecord<String, String> request = scene.topics().awaitRecords(scene.results, 1).get(0);
      assertThat(request.headers().lastHeader("fal.input.key")).isNull();
      ReceivedRequest received = received(scene).get(0);
      assertThat(received.headers())
          .containsEntry("x-fal-queue-priority", "low")
          .containsEntry("x-fal-runner-hint", "session-7")
          .containsEntry("x-fal-request-start-timeout", "30")
          .containsEntry("x-fal-no-retry", "1")
          .containsEntry("x-fal-store-io", "0")
          .containsEntry(
              "x-fal-object-lifecycle-preference", "{\"expiration_duration_seconds\": 3600}");
      assertThat(received.query())
          .isEqualTo(
              "fal_webhook=https%3A%2F%2Fexample.com%2Fhook%3Fa%3Db%26c%3Dd&fal_max_queue_length=500");
      // Nothing is added to the input: it has no request id of its own.
      assertThat(received.body()).isEqualTo(Answers.input(0));
    }
  }

  @Test
  void whatFalHasNotTakenIsSubmittedAgainAndWhatItMayHaveTakenIsNot() {
    try (SinkScene scene = scene().tolerant().start(1)) {
      fault(scene, Fault.retryAfterSeconds(1), Fault.UNAVAILABLE, Fault.TOO_MANY_REQUESTS);
      scene.send("k0", Answers.input(0));
      scene.topics().awaitRecords(scene.results, 1);
      assertThat(posted(scene, 0)).isEqualTo(4);

      Fault[] finals = {
        Fault.UNPROCESSABLE,
        Fault.typed(402, "Your balance is exhausted", "payment_required"),
        Fault.RESET_BEFORE_HEADERS,
        Fault.SERVER_ERROR,
        Fault.BAD_GATEWAY,
        Fault.status(504, "gateway timeout"),
        Fault.typed(503, "lost", "runner_disconnected"),
        Fault.reply(200, Map.of(), "{\"status\":\"IN_QUEUE\"}"),
        Fault.reply(200, Map.of(), "{\"request_id\":\"../x\"}")
      };
      for (int i = 0; i < finals.length; i++) {
        fault(scene, finals[i]);
        scene.send("k" + (i + 1), Answers.input(i + 1));
        scene.topics().awaitRecords(scene.deadLetters, i + 1);
        assertThat(posted(scene, i + 1)).isEqualTo(1);
      }
      List<String> reasons = Answers.reasons(scene.topics().readAll(scene.deadLetters));
      assertThat(reasons.get(0)).contains("HTTP_422", "field required").doesNotContain("nobody");
      assertThat(reasons.get(1)).contains("payment_required", "Your balance is exhausted");
      assertThat(reasons.subList(2, 7))
          .allMatch(reason -> reason.contains("nobody knows whether fal has it"))
          .allMatch(reason -> reason.contains("queue.resend.unknown is false"));
      assertThat(reasons.get(3)).contains("internal_error");
      assertThat(reasons.subList(7, 9)).allMatch(reason -> reason.contains("no usable request id"));
      fault(scene, Fault.finalError(500));
      scene.send("final", Answers.input(99));
      List<ConsumerRecord<String, String>> letters =
          scene.topics().awaitRecords(scene.deadLetters, 10);
      assertThat(Answers.reasons(letters).get(9)).contains("HTTP_500").doesNotContain("nobody");
      assertThat(scene.topics().readAll(scene.results)).hasSize(1);
    }
  }

  @Test
  void aNullIsNotSentAsTheDefaultOfItsSchema() {
    try (SinkScene scene =
        scene()
            .with("value.converter.schemas.enable", "true")
            .with("value.converter.replace.null.with.default", "false")
            .start(1)) {
      scene.send(
          "k0",
          "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"field\":\"prompt\",\"type\":\"string\"},"
              + "{\"field\":\"seed\",\"type\":\"int32\",\"optional\":true,\"default\":42}]},"
              + "\"payload\":{\"prompt\":\"p\",\"seed\":null}}");
      scene.topics().awaitRecords(scene.results, 1);
      assertThat(received(scene).get(0).body()).isEqualTo("{\"prompt\":\"p\"}");
    }
  }

  @Test
  void withoutToleranceWhatFalMayHaveTakenIsSubmittedAgain() {
    try (SinkScene scene = scene().start(1)) {
      fault(scene, Fault.RESET_BEFORE_HEADERS, Fault.SERVER_ERROR, Fault.BAD_GATEWAY);
      fault(scene, Fault.typed(503, "lost", "runner_disconnected"));
      scene.send("k0", Answers.input(0));
      assertThat(scene.topics().awaitRecords(scene.results, 1)).hasSize(1);
      assertThat(posted(scene, 0)).isEqualTo(5);
    }
  }

  @Test
  void withoutToleranceTheTaskFailsAndNamesTheInput() {
    try (SinkScene scene = scene().with("queue.resend.unknown", "false")) {
      fault(scene, Fault.RESET_BEFORE_HEADERS);
      scene.start(1).send("k0", Answers.input(0));
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("(" + scene.inputs + "-0, offset 0) failed: CONNECTION")
          .contains("nobody knows whether fal has it");
    }
  }

  @Test
  void stoppedOrSharedOutAnewInGoodOrderItSubmitsNextToNothingTwice() {
    int maxInFlight = 4;
    try (FalSimulator own = FalSimulator.start();
        SinkScene scene = SinkScene.queue(SharedCluster.get(), own, 3)) {
      Fault late = Fault.delayedAnswer(Duration.ofMillis(10));
      own.attachFault(scene.endpoint, Surface.SUBMIT, late, FalSimulator.ALWAYS);
      scene.with("queue.max.in.flight", "" + maxInFlight).start(1).sendAll(2_000, Answers::input);
      scene.topics().awaitRecords(scene.results, 200);
      scene.rest().stop(scene.name);
      scene.rest().resume(scene.name);
      scene.topics().awaitRecords(scene.results, 500);
      scene.with("tasks.max", "2").start(2);
      scene.topics().awaitRecords(scene.results, 900);
      scene.with("tasks.max", "1").start(1);
      scene.topics().awaitRecords(scene.results, 1_200);
      scene.rest().restart(scene.name);

      List<ConsumerRecord<String, String>> requests =
          scene
              .topics()
              .awaitRecords(
                  scene.results,
                  "2000 keys",
                  SinkScene.LIMIT,
                  all -> Answers.inputKeys(all).size() == 2_000);
      // Of the four of them one may have come right behind a commit that was asked for.
      assertThat(requests.size()).isLessThanOrEqualTo(2_000 + maxInFlight);
      assertThat(own.submittedIds())
          .containsExactlyInAnyOrderElementsOf(requests.stream().map(ConsumerRecord::key).toList());
    }
  }

  @Test
  void requestsWithASchemaAreWatchedByTheSource() {
    try (SinkScene scene =
        scene()
            .with("requests.format", "struct")
            .with("requests.value.converter", "org.apache.kafka.connect.json.JsonConverter")
            .with("requests.value.converter.schemas.enable", "true")
            .start(1)) {
      scene.sendAll(5, Answers::input);
      scene.topics().awaitRecords(scene.results, 5).forEach(QueueSinkIT::assertRequest);
      String source = scene.name + "-source";
      String statuses = scene.name + "-statuses";
      scene.topics().create(statuses, 1);
      scene.rest().putConnector(source, source(scene, statuses));
      try {
        scene
            .topics()
            .awaitRecords(
                statuses,
                "5 outcomes",
                SinkScene.LIMIT,
                records ->
                    records.stream().filter(r -> r.value().contains("\"SUCCEEDED\"")).count() == 5);
      } finally {
        scene.rest().delete(source);
      }
    }
  }

  private static void assertRequest(ConsumerRecord<String, String> request) {
    JsonNode value = SinkScene.json(request.value());
    assertThat(value.at("/schema/name").asText()).isEqualTo("io.falconnect.Request");
    assertThat(value.at("/payload/request_id").asText()).isEqualTo(request.key());
    assertThat(value.at("/payload/status").asText()).isEqualTo("IN_QUEUE");
  }

  private static Map<String, String> source(SinkScene scene, String statuses) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.falconnect.source.FalStatusSourceConnector");
    config.put("tasks.max", "1");
    config.put("fal.queue.url", fal.queueUrl());
    config.put("control.topic", scene.results);
    config.put("control.bootstrap.servers", scene.cluster.bootstrap());
    config.put("control.value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("control.value.converter.schemas.enable", "true");
    config.put("status.topic", statuses);
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter.schemas.enable", "false");
    return config;
  }

  @Test
  void withAWrongKeyNothingIsDeadLetteredAndTheTaskGoesOnByItself() {
    try (SinkScene scene = scene().tolerant().with("fal.api.key", "good-key");
        WorkerMetrics metrics = WorkerMetrics.connectTo(scene.cluster.worker())) {
      WorkerMetrics.Task task = metrics.task(scene.name, 0);
      fal.setApiKey("rotated");
      scene.start(1).sendAll(300, Answers::input);
      task.await("refused", 1);
      int refused = fal.unauthorizedCount();
      await().atMost(SinkScene.LIMIT).until(() -> fal.unauthorizedCount() >= refused + 5);
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
      assertThat(Deliveries.committed(scene).values()).allMatch(offset -> offset == 0);
      fal.setApiKey("good-key");
      assertThat(scene.topics().awaitRecords(scene.results, 300)).hasSize(300);
      task.await("refused", 0);
      assertThat(received(scene).stream().map(ReceivedRequest::body).distinct()).hasSize(300);
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
    } finally {
      fal.setApiKey(null);
    }
  }

  @Test
  void aLockedAccountFailsTheTaskAfterTheRetryTimeoutWithTheWordsOfFal() {
    String words = "User is locked. Reason: Exhausted balance.";
    try (SinkScene scene = scene().tolerant().with("fal.retry.timeout.ms", "2000")) {
      fal.lockAccount(words);
      scene.start(1).sendAll(30, Answers::input);
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("more than 2000 ms", words, "No input is lost")
          .doesNotContain("fal.api.key");
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
    } finally {
      fal.unlockAccount();
    }
  }

  @Test
  void anInputThatAloneIsRefusedIsADeadLetter() {
    try (SinkScene scene = scene().tolerant()) {
      fal.forbidInputsWith("\"p3\"");
      scene.start(1).sendAll(20, Answers::input);
      assertThat(scene.topics().awaitRecords(scene.results, 19)).hasSize(19);
      assertThat(scene.topics().awaitRecords(scene.deadLetters, 1))
          .extracting(ConsumerRecord::key)
          .containsExactly("k3");
    } finally {
      fal.forbidInputsWith(null);
    }
  }
}
