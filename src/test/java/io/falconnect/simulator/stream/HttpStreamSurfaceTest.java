// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.client.HttpTestClient;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Json;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpStreamSurfaceTest {
  private static final String APP = "fal-ai/llm";

  private final FalSimulator simulator = FalSimulator.start();
  private final HttpTestClient client = HttpTestClient.http1(null);

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void outputsComeOneByOneAndEchoTheInput() {
    HttpResponse<String> answer = post("{\"prompt\":\"a\"}");

    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(answer.headers().firstValue("x-fal-request-id")).isPresent();
    List<JsonNode> events = events(answer);
    assertThat(events).hasSize(3);
    assertThat(events.get(2).get("done").asBoolean()).isTrue();
    assertThat(events.get(0).at("/echo/prompt").asText()).isEqualTo("a");
    assertThat(simulator.streamApp(APP).inputs()).hasSize(1);
  }

  @Test
  void outputsMayBeTold() {
    simulator.registerStreamApp(APP, StreamApp.events("{\"text\":\"h\"}", "[1]"));
    assertThat(post("{}").body()).isEqualTo("data: {\"text\":\"h\"}\n\ndata: [1]\n\n");
  }

  @Test
  void anAnswerMayBeInOnePiece() {
    simulator.registerStreamApp(APP, StreamApp.json("{\"x\":1}"));
    assertThat(post("{}").body()).isEqualTo("{\"x\":1}");
    simulator.registerStreamApp(APP, StreamApp.binary("image/png", new byte[] {1, 2}));
    assertThat(post("{}").headers().firstValue("Content-Type")).contains("image/png");
  }

  @Test
  void faultsHoldHereToo() {
    simulator.attachFault(APP, Surface.HTTP_STREAM, Fault.UNPROCESSABLE, 1);
    simulator.attachFault(APP, Surface.HTTP_STREAM, Fault.cleanEndAfter(2), 1);
    assertThat(post("{}").statusCode()).isEqualTo(422);
    assertThat(events(post("{}"))).hasSize(2);
    assertThat(post("no json").statusCode()).isEqualTo(422);
  }

  @Test
  void aHeldAppStreamsNothing() {
    StreamHandle app = simulator.streamApp(APP).hold();
    Thread poster = new Thread(() -> post("{}"));
    poster.start();
    await().until(() -> app.openStreams() == 1);
    app.release();
    await().until(() -> app.openStreams() == 0 && !poster.isAlive());
    assertThat(app.maxOpenStreams()).isEqualTo(1);
  }

  @Test
  void aRunAnswersInOnePiece() {
    assertThat(client.post(simulator.runUrl() + "/a/b", "{\"n\":1}").body())
        .isEqualTo("{\"echo\":{\"n\":1}}");
  }

  private HttpResponse<String> post(String body) {
    return client.post(simulator.runUrl() + "/" + APP + "/stream", body);
  }

  private static List<JsonNode> events(HttpResponse<String> answer) {
    return Arrays.stream(answer.body().split("\n\n"))
        .map(event -> Json.parse(event.substring("data: ".length())))
        .toList();
  }
}
