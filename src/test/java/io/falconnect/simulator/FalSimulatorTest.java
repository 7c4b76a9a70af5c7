// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.account.TokenShape;
import io.falconnect.simulator.client.EventStreamClient;
import io.falconnect.simulator.client.HttpTestClient;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Json;
import io.falconnect.simulator.queue.RequestHandle;
import io.falconnect.simulator.queue.Script;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FalSimulatorTest {
  private static final String APP_TOKEN = "{\"allowed_apps\":[\"b\"]}";

  @ParameterizedTest
  @EnumSource
  void tlsSpeaksBothVersions(HttpClient.Version version) throws Exception {
    try (FalSimulator simulator = FalSimulator.start(SimulatorConfig.builder().tls(true).build())) {
      simulator.registerRequest("r1", "a/b", Script.builder().completed().build());
      HttpResponse<String> answer =
          trusting(simulator)
              .send(
                  HttpRequest.newBuilder(
                          URI.create(simulator.queueUrl() + "/a/b/requests/r1/status/stream"))
                      .version(version)
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(version);
      assertThat(answer.body()).contains("COMPLETED");
    }
  }

  @Test
  void manyStreamsShareOneHttp2Connection() throws Exception {
    try (FalSimulator simulator = FalSimulator.start(SimulatorConfig.builder().tls(true).build())) {
      HttpTestClient client = new HttpTestClient(trusting(simulator), null);
      String url = simulator.queueUrl() + "/a/b/requests/r1";
      RequestHandle request =
          simulator.registerRequest(
              "r1", "a/b", Script.builder().manual().inQueue(1).inProgress().completed().build());
      client.get(url + "/status");
      List<EventStreamClient> streams =
          IntStream.range(0, 20).mapToObj(i -> client.openEvents(url + "/status/stream")).toList();
      await().until(() -> simulator.openStreams() == 20);
      assertThat(simulator.openConnections()).isEqualTo(1);
      request.advance().advance();
      await().until(() -> streams.stream().allMatch(EventStreamClient::hasEnded));
      simulator.registerRequest("r1", "a/b", Script.builder().inQueue(1).build());
      simulator.attachFault("r1", Fault.RESET_STREAM, 1);
      try (EventStreamClient reset = client.openEvents(url + "/status/stream")) {
        await().until(reset::hasFailed);
        assertThat(simulator.openConnections()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokensComeInAllShapes(TokenShape shape) {
    try (FalSimulator simulator =
        FalSimulator.start(SimulatorConfig.builder().tokenShape(shape).apiKey("k").build())) {
      HttpTestClient client = HttpTestClient.http1("k");
      String url = simulator.restUrl() + "/tokens/";
      String body = client.post(url, APP_TOKEN).body();
      String start =
          switch (shape) {
            case STRING -> "\"";
            case DETAIL -> "{\"detail\":\"";
            case TOKEN -> "{\"token\":\"";
          };
      assertThat(body).startsWith(start + "simulated-token-1");
      assertThat(client.post(url, "{\"allowed_apps\":[\"a/b\"]}").statusCode()).isEqualTo(422);
      assertThat(HttpTestClient.http1("x").post(url, APP_TOKEN).statusCode()).isEqualTo(401);
      assertThat(simulator.tokensMinted()).isEqualTo(1);
    }
  }

  @Test
  void theRateMayBeLimited() {
    try (FalSimulator simulator =
        FalSimulator.start(SimulatorConfig.builder().requestsPerSecond(1).build())) {
      HttpTestClient client = HttpTestClient.http1(null);
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> client.post(simulator.queueUrl() + "/a/b", "{}").statusCode(),
              status -> status == 429);
      assertThat(simulator.rateLimitedCount()).isEqualTo(1);
    }
  }

  @Test
  void whatCameInIsWrittenDown() {
    try (FalSimulator simulator = FalSimulator.start()) {
      HttpTestClient client = HttpTestClient.http1("test-key");
      client.get(simulator.queueUrl() + "/a/b/requests/nobody/status?logs=1");
      client.post(simulator.restUrl() + "/tokens/", APP_TOKEN);
      List<ReceivedRequest> received = simulator.receivedRequests();
      assertThat(received)
          .extracting(ReceivedRequest::surface)
          .containsExactly(Surface.STATUS, Surface.TOKENS);
      assertThat(received.get(0).path()).isEqualTo("/a/b/requests/nobody/status");
      assertThat(received.get(0).query()).isEqualTo("logs=1");
      assertThat(received.get(0).headers()).containsEntry("authorization", "Key test-key");
    }
  }

  @Test
  void theProgramPrintsItsUrlsAndEndsWithItsInput() throws Exception {
    Process process =
        new ProcessBuilder(
                Stream.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SimulatorMain.class.getName(),
                        "--events",
                        "3",
                        "--interval-ms",
                        "1")
                    .toList())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.inputReader()) {
      String queue = Json.parse(out.readLine()).get("queue").asText();
      assertThat(HttpTestClient.http1(null).readStream(queue + "/a/b/requests/any/status/stream"))
          .contains("IN_QUEUE", "IN_PROGRESS", "COMPLETED", "emitted_at");
      process.getOutputStream().close();
      await().until(() -> !process.isAlive());
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static HttpClient trusting(FalSimulator simulator) {
    return HttpClient.newBuilder().sslContext(simulator.sslContext()).build();
  }
}
