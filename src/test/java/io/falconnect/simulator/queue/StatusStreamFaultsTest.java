// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.client.EventStreamClient;
import io.falconnect.simulator.client.HttpTestClient;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.http.Json;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusStreamFaultsTest {
  private static final Script BY_HAND =
      Script.builder().manual().inQueue(1).inProgress("one").completed().build();

  private final FalSimulator simulator =
      FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(10)).build());
  private final HttpTestClient client = HttpTestClient.http1(null);
  private String url;

  @BeforeEach
  void register() {
    simulator.registerRequest("open", "a/b", BY_HAND);
    simulator.registerRequest("done", "a/b", Script.builder().completed("äöü").build());
    url = simulator.queueUrl() + "/a/b/requests/";
  }

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void repliesInsteadOfAStream() {
    Map<Fault, Integer> replies =
        Map.of(
            Fault.UNAUTHORIZED,
            401,
            Fault.FORBIDDEN,
            403,
            Fault.NOT_FOUND,
            404,
            Fault.METHOD_NOT_ALLOWED,
            405,
            Fault.UNPROCESSABLE,
            422,
            Fault.TOO_MANY_REQUESTS,
            429,
            Fault.SERVER_ERROR,
            500,
            Fault.UNAVAILABLE,
            503,
            Fault.USER_TIMEOUT,
            504,
            Fault.BAD_GATEWAY,
            502);
    replies.forEach(
        (fault, status) -> {
          simulator.attachFault("open", fault, 1);
          assertThat(get("open").statusCode()).isEqualTo(status);
        });
    assertThat(simulator.streamsOpened("open")).isZero();
  }

  @Test
  void aRedirectLeadsElsewhere() {
    simulator.attachFault("open", Fault.redirect("http://127.0.0.1:1/elsewhere"), 1);
    HttpResponse<String> answer = get("open");
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location")).contains("http://127.0.0.1:1/elsewhere");
  }

  @Test
  void retryAfterMayBeADate() {
    simulator.attachFault("open", Fault.retryAfterDate(Duration.ofHours(1)), 1);
    String date = get("open").headers().firstValue("Retry-After").orElseThrow();
    assertThat(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
        .isAfter(Instant.now());
  }

  @Test
  void aUserTimeoutSaysSo() {
    simulator.attachFault("open", Fault.USER_TIMEOUT, 1);
    assertThat(get("open").headers().firstValue("X-Fal-Request-Timeout-Type")).contains("user");
  }

  @Test
  void aStatusObjectInsteadOfAStream() {
    simulator.attachFault("open", Fault.JSON_202, 1);
    HttpResponse<String> answer = get("open");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(Json.parse(answer.body()).get("status").asText()).isEqualTo("IN_QUEUE");
  }

  @Test
  void theNthConnectionFails() {
    simulator.attachFault("done", Fault.NONE, 1);
    simulator.attachFault("done", Fault.UNAVAILABLE, 1);
    assertThat(
            List.of(get("done").statusCode(), get("done").statusCode(), get("done").statusCode()))
        .containsExactly(200, 503, 200);
  }

  @Test
  void aCutSocketIsReset() throws Exception {
    simulator.attachFault("open", Fault.RESET_CONNECTION, 1);
    StringBuilder received = new StringBuilder();
    try (Socket socket = connect("open")) {
      InputStream in = socket.getInputStream();
      try {
        for (int read = in.read(); read >= 0; read = in.read()) {
          received.append((char) read);
        }
        received.append("END");
      } catch (SocketException e) {
        received.append("RESET");
      }
    }
    assertThat(received).contains("\"IN_QUEUE\"").endsWith("RESET");
  }

  @ParameterizedTest
  @CsvSource({"RESET_CONNECTION,1", "RESET_MID_EVENT,0", "RESET_STREAM,1"})
  void anEarlyEndIsNoEnd(String name, int events) throws Exception {
    simulator.attachFault("open", (Fault) Fault.class.getField(name).get(null), 1);
    try (EventStreamClient stream = client.openEvents(url + "open/status/stream")) {
      await().until(stream::hasFailed);
      // What had arrived and was not read yet goes with a reset.
      assertThat(stream.lines().stream().filter(line -> line.endsWith("}")))
          .hasSizeLessThanOrEqualTo(events);
    }
    await().until(() -> simulator.openStreams() == 0);
  }

  @Test
  void aCleanEndComesBeforeTheTime() {
    simulator.attachFault("open", Fault.CLEAN_END, 1);
    try (EventStreamClient stream = client.openEvents(url + "open/status/stream")) {
      await().until(stream::hasEnded);
      assertThat(stream.statuses()).containsExactly("IN_QUEUE");
    }
  }

  @Test
  void aSilentSocketSaysNothingWhileOthersAreToldAndKeptAlive() {
    simulator.attachFault("open", Fault.SILENT_AFTER_HEADERS, 1);
    simulator.attachFault("open", Fault.silentAfter(1), 1);
    try (EventStreamClient silent = client.openEvents(url + "open/status/stream")) {
      await().until(() -> simulator.streamsOpened("open") == 1);
      try (EventStreamClient afterOne = client.openEvents(url + "open/status/stream")) {
        await().until(() -> afterOne.statuses().equals(List.of("IN_QUEUE")));
        try (EventStreamClient healthy = client.openEvents(url + "open/status/stream")) {
          await().until(() -> healthy.lines().stream().anyMatch(line -> line.startsWith(":")));
          simulator.request("open").advance();
          await().until(() -> healthy.statuses().size() == 2);
        }
        assertThat(afterOne.statuses()).containsExactly("IN_QUEUE");
        assertThat(afterOne.lines()).noneMatch(line -> line.startsWith(":"));
      }
      assertThat(silent.lines()).isEmpty();
      await().until(() -> simulator.openStreams() == 1);
    }
    await().until(() -> simulator.openStreams() == 0);
  }

  @Test
  void nothingAtAllBeforeTheHeaders() {
    // The JDK's client tries a GET once more by itself.
    simulator.attachFault("open", Fault.RESET_BEFORE_HEADERS, FalSimulator.ALWAYS);
    try (EventStreamClient cut = client.openEvents(url + "open/status/stream")) {
      await().until(cut::hasFailed);
    }
    simulator.clearFaults();
    simulator.attachFault("open", Fault.SILENT_BEFORE_HEADERS, 1);
    int before = simulator.receivedRequests().size();
    try (EventStreamClient silent = client.openEvents(url + "open/status/stream")) {
      await().until(() -> simulator.receivedRequests().size() > before);
      assertThat(silent.hasFailed() || silent.hasEnded()).isFalse();
    }
    assertThat(simulator.streamsOpened("open")).isZero();
  }

  @Test
  void formatsOfTheStreamItself() {
    assertThat(done(Fault.CRLF)).contains("}\r\n\r\n").doesNotContain("}\n");
    assertThat(done(Fault.CR)).endsWith("}\r\r").doesNotContain("\n");
    assertThat(done(Fault.BYTE_ORDER_MARK)).startsWith("\uFEFFdata: {");
    assertThat(done(Fault.RETRY_LINE)).startsWith("retry: 1\n\ndata: {");
    assertThat(done(Fault.MULTI_LINE_DATA))
        .startsWith("data: {\ndata:\"")
        .endsWith("\ndata: }\n\n");
    assertThat(done(Fault.allOf(Fault.CRLF, Fault.BYTE_ORDER_MARK, Fault.RETRY_LINE)))
        .startsWith("\uFEFFretry: 1\r\n\r\ndata: {");
    assertThat(done(Fault.NO_LAST_BLANK_LINE)).endsWith("}\n").doesNotContain("\n\n");
    assertThat(done(Fault.EXTRA_FIELDS)).contains("\"nothing\":null", "\"novelty\":1");
    assertThat(done(Fault.HUGE_LOG_LINE)).hasSizeGreaterThan(1 << 20);
  }

  @Test
  void aCharacterIsCutBetweenTwoWrites() throws Exception {
    simulator.attachFault("done", Fault.SPLIT_UTF8, 1);
    try (Socket socket = connect("done")) {
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.UTF_8);
      // A chunk of the transfer ends inside a character: decoding the whole cannot work.
      assertThat(text).contains("\uFFFD");
    }
    assertThat(Json.parse(done(Fault.SPLIT_UTF8).substring(6)).at("/note").asText())
        .isEqualTo("ü€😀");
  }

  @Test
  void noCommentComesBetweenThePiecesOfAnEvent() {
    simulator.registerRequest("busy", "a/b", Script.changing(40, Duration.ofMillis(7)));
    simulator.attachFault("busy", Fault.SPLIT_UTF8, 1);
    try (EventStreamClient events = client.openEvents(url + "busy/status/stream")) {
      await().until(events::hasEnded);
      assertThat(events.lines()).contains(": ping").allMatch(line -> whole(line), "a whole line");
    }
  }

  private static boolean whole(String line) {
    return line.isEmpty() || line.equals(": ping") || line.endsWith("\"note\":\"ü€😀\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNKNOWN_STATUS|{\"status\":\"PAUSED\",\"request_id\":\"done\"}",
        "NOT_JSON|{\"status\": IN_QUE",
        "NOT_AN_OBJECT|[\"IN_QUEUE\", 3]",
        "OTHER_REQUEST|{\"status\":\"COMPLETED\",\"request_id\":\"another-request\"}"
      })
  void anOddEventComesFirst(String name, String data) throws Exception {
    assertThat(done((Fault) Fault.class.getField(name).get(null)))
        .startsWith("data: " + data + "\n\ndata: {\"status\":\"COMPLETED\"");
  }

  @Test
  void everyConnectionIsCutAtOnce() {
    try (EventStreamClient one = client.openEvents(url + "open/status/stream")) {
      await().until(() -> one.events().size() == 1);
      simulator.resetConnections();
      await().until(one::hasFailed);
    }
    assertThat(get("done").statusCode()).isEqualTo(200);
  }

  private Socket connect(String id) throws Exception {
    URI uri = URI.create(url + id + "/status/stream");
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(30_000);
    String head = "GET " + uri.getPath() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private HttpResponse<String> get(String id) {
    return client.get(url + id + "/status/stream?logs=1");
  }

  private String done(Fault fault) {
    simulator.attachFault("done", fault, 1);
    return get("done").body();
  }
}
