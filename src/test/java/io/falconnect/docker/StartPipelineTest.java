// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script that posts the samples, and what it makes of a worker's answers. */
class StartPipelineTest {
  private static final String REFUSAL = "{\"message\": \"topic 'none' does not exist\"}";

  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private HttpServer worker;

  @BeforeEach
  void listen() throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    worker.createContext("/", this::answer);
    worker.start();
  }

  @AfterEach
  void close() {
    worker.stop(0);
  }

  @Test
  void aSampleIsPostedWithTheBrokersAndTheUrlsOfTheContainers() throws Exception {
    answers.add(201);
    Run run = post("fal-status-source");
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output()).contains("fal-status-source is posted");
    JsonNode config = new ObjectMapper().readTree(asked.remove());
    assertThat(config.path("control.bootstrap.servers").asText()).isEqualTo("kafka:9092");
    assertThat(config.path("fal.queue.url").asText()).isEqualTo("${env:FAL_QUEUE_URL}");
  }

  @Test
  void aWorkerThatIsNotReadyIsAskedAgain() throws Exception {
    answers.addAll(List.of(409, 503, 200));
    assertThat(post("fal-queue-sink").status()).isZero();
    assertThat(asked).hasSize(3);
  }

  @Test
  void aRefusalIsShownAtOnceAndNothingElseIsPosted() throws Exception {
    answers.addAll(List.of(400, 201));
    Run run = post("fal-queue-sink", "fal-status-source");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("status 400", REFUSAL).doesNotContain("is posted");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aSampleThatThereIsNotIsNamed() throws Exception {
    Run run = post("none");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("config/none.json");
    assertThat(asked).isEmpty();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    byte[] body = REFUSAL.getBytes(UTF_8);
    exchange.sendResponseHeaders(answers.remove(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Run post(String... samples) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of("sh", "docker/start-pipeline.sh"), Stream.of(samples))
                    .toList())
            .redirectErrorStream(true);
    builder.environment().put("CONNECT_URL", "http://127.0.0.1:" + worker.getAddress().getPort());
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Run(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** What the script has said, and how it ended. */
  private record Run(int status, String output) {}
}
