// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.client.HttpTestClient;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueSurfaceTest {
  private static final String KEY = "test-key";
  private static final Script BY_HAND =
      Script.builder()
          .manual()
          .inQueue(3)
          .inQueue(0)
          .inProgress("one", "two")
          .completed(1.5, "three")
          .output("{\"seed\":1}")
          .build();

  private final FalSimulator simulator =
      FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build());
  private final HttpTestClient client = HttpTestClient.http1(KEY);

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void submitAnswersWithAllThatIsNeededToWatch() {
    simulator.setScript("fal-ai/flux/dev", BY_HAND);

    JsonNode answer =
        Json.parse(
            client.post(simulator.queueUrl() + "/fal-ai/flux/dev", "{\"prompt\":\"a\"}").body());

    String id = answer.get("request_id").asText();
    String url = simulator.queueUrl() + "/fal-ai/flux/requests/" + id;
    assertThat(answer.get("status").asText()).isEqualTo("IN_QUEUE");
    assertThat(answer.get("response_url").asText()).isEqualTo(url);
    assertThat(answer.get("status_url").asText()).isEqualTo(url + "/status");
    assertThat(answer.get("cancel_url").asText()).isEqualTo(url + "/cancel");
    assertThat(answer.get("queue_position").asLong()).isEqualTo(3);
    assertThat(simulator.submittedIds()).containsExactly(id);
    assertThat(simulator.request(id).input().get("prompt").asText()).isEqualTo("a");
    assertThat(simulator.receivedRequests().get(0).body()).isEqualTo("{\"prompt\":\"a\"}");
  }

  @Test
  void statusTellsAllLinesSoFarWhenAskedForLogs() {
    RequestHandle request = simulator.registerRequest("r1", "fal-ai/flux/dev", BY_HAND);
    String url = simulator.queueUrl() + "/fal-ai/flux/requests/r1/status";

    assertThat(client.get(url).statusCode()).isEqualTo(202);
    assertThat(client.getJson(url).get("queue_position").asLong()).isEqualTo(3);
    request.advance().advance();
    assertThat(client.getJson(url).get("logs").isNull()).isTrue();
    assertThat(client.getJson(url + "?logs=1").get("logs")).hasSize(2);
    request.advance();
    JsonNode completed = client.getJson(url + "?logs=1");
    assertThat(client.get(url).statusCode()).isEqualTo(200);
    assertThat(completed.get("logs")).hasSize(3);
    assertThat(completed.at("/logs/2").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("message", "level", "source", "timestamp");
    assertThat(completed.at("/metrics/inference_time").asDouble()).isEqualTo(1.5);
  }

  @Test
  void resultIsTheOutputOnceThereIsOne() {
    RequestHandle request = simulator.registerRequest("r1", "a/b", BY_HAND);
    String url = simulator.queueUrl() + "/a/b/requests/r1";

    assertThat(client.get(url).statusCode()).isEqualTo(400);
    request.advance().advance().advance();
    HttpResponse<String> answer = client.get(url);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"seed\":1}");
    assertThat(answer.headers().firstValue("x-fal-request-id")).contains("r1");
  }

  @Test
  void aFailedRequestIsCompletedAndItsResultIsItsError() {
    simulator.registerRequest(
        "r1", "a/b", Script.builder().failed("no face found", "bad_request", 422).build());
    String url = simulator.queueUrl() + "/a/b/requests/r1";

    JsonNode status = client.getJson(url + "/status");
    assertThat(status.get("status").asText()).isEqualTo("COMPLETED");
    assertThat(status.get("error").asText()).isEqualTo("no face found");
    assertThat(status.get("error_type").asText()).isEqualTo("bad_request");
    assertThat(client.get(url).statusCode()).isEqualTo(422);
  }

  @Test
  void cancelEndsTheRequestOnce() {
    RequestHandle request = simulator.registerRequest("r1", "a/b", BY_HAND);
    String url = simulator.queueUrl() + "/a/b/requests/r1";

    assertThat(client.put(url + "/cancel").statusCode()).isEqualTo(202);
    assertThat(request.isCancelled()).isTrue();
    assertThat(client.getJson(url + "/status").get("error_type").asText())
        .isEqualTo("client_cancelled");
    assertThat(client.get(url).statusCode()).isEqualTo(499);
    assertThat(client.put(url + "/cancel").statusCode()).isEqualTo(400);
  }

  @Test
  void pathsAndMethodsAreLookedAtClosely() {
    simulator.registerRequest("r1", "fal-ai/flux/dev", BY_HAND);
    simulator.registerRequest("r2", "workflows/me/flow/step", BY_HAND);
    String base = simulator.queueUrl();

    assertThat(client.get(base + "/fal-ai/flux/dev/requests/r1/status").statusCode())
        .isEqualTo(405);
    assertThat(client.get(base + "/fal-ai/flux/requests/r1/cancel").statusCode()).isEqualTo(405);
    assertThat(client.get(base + "/fal-ai/other/requests/r1/status").statusCode()).isEqualTo(404);
    assertThat(client.get(base + "/fal-ai/flux/requests/nobody/status").statusCode())
        .isEqualTo(404);
    assertThat(client.get(base + "/fal-ai/flux/requests/r1/state").statusCode()).isEqualTo(404);
    assertThat(client.get(base + "/workflows/me/flow/requests/r2/status").statusCode())
        .isEqualTo(202);
    assertThat(client.post(base + "/fal-ai/flux/dev", "[]").statusCode()).isEqualTo(422);
  }

  @Test
  void theKeyIsAskedForUntilItIsRight() {
    simulator.registerRequest("r1", "a/b", BY_HAND);
    String url = simulator.queueUrl() + "/a/b/requests/r1/status";

    assertThat(HttpTestClient.http1(null).get(url).statusCode()).isEqualTo(401);
    assertThat(HttpTestClient.http1("wrong").get(url).statusCode()).isEqualTo(401);
    assertThat(simulator.unauthorizedCount()).isEqualTo(2);
    simulator.setApiKey("wrong");
    assertThat(HttpTestClient.http1("wrong").get(url).statusCode()).isEqualTo(202);
    simulator.setApiKey(null);
    assertThat(HttpTestClient.http1(null).get(url).statusCode()).isEqualTo(202);
  }

  @Test
  void aLifeRunsByTheClockUnlessItIsHeld() {
    Script quick =
        Script.builder().every(Duration.ofMillis(5)).inQueue(0).inProgress().completed().build();
    RequestHandle running = simulator.registerRequest("r1", "a/b", quick);
    RequestHandle held =
        simulator.registerRequest("r2", "a/b", Script.lasting(Duration.ofHours(1)));

    await().until(() -> running.status().equals("COMPLETED"));
    held.hold().advance();
    assertThat(held.status()).isEqualTo("IN_PROGRESS");
    held.release().advance();
    assertThat(held.status()).isEqualTo("COMPLETED");
  }

  @Test
  void plainAnswersFailAsAttachedInTheOrderAttached() {
    simulator.registerRequest("r1", "a/b", Script.builder().completed().build());
    String url = simulator.queueUrl() + "/a/b/requests/r1";
    simulator.attachFault("r1", Surface.RESULT, Fault.retryAfterSeconds(1), 1);
    simulator.attachFault("r1", Surface.RESULT, Fault.UNAVAILABLE, 2);
    simulator.attachFault("r1", Surface.RESULT, Fault.bigOutput(100_000), 1);
    simulator.attachFault(Surface.SUBMIT, Fault.SERVER_ERROR, 1);

    HttpResponse<String> limited = client.get(url);
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After")).contains("1");
    assertThat(List.of(client.get(url).statusCode(), client.get(url).statusCode()))
        .containsExactly(503, 503);
    assertThat(client.get(url).body()).hasSizeGreaterThan(100_000);
    assertThat(client.get(url).statusCode()).isEqualTo(200);
    assertThat(client.post(simulator.queueUrl() + "/a/b", "{}").statusCode()).isEqualTo(500);
    assertThat(client.post(simulator.queueUrl() + "/a/b", "{}").statusCode()).isEqualTo(200);
  }
}
