// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers as fal does is taken for fal, what certainly is another server is not. */
class ServerCheckTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QUEUE | 401 | application/json | {\"detail\":\"Authentication is required\"} | fal",
        "QUEUE | 404 | application/json | {\"detail\":\"Request not found\"} | fal",
        "QUEUE | 422 | application/json | {\"detail\":[{\"loc\":[],\"msg\":\"m\"}]} | fal",
        "QUEUE | 503 | application/json | {\"detail\":\"m\",\"error_type\":\"t\"} | fal",
        "QUEUE | 202 | application/json | {\"status\":\"IN_QUEUE\",\"queue_position\":1} | fal",
        "QUEUE | 200 | text/event-stream | '' | fal",
        "RUN | 404 | application/json | {\"detail\":\"Application not found\"} | fal",
        "RUN | 405 | application/json | {\"detail\":\"Method Not Allowed\"} | fal",
        "REST | 404 | application/json | {\"detail\":\"Not Found\"} | fal",
        "QUEUE | 401 | text/html | <html>no</html> | unsure",
        "QUEUE | 403 | text/html | <html>no</html> | unsure",
        "QUEUE | 429 | '' | '' | unsure",
        "QUEUE | 502 | text/html | <html>bad gateway</html> | unsure",
        "RUN | 404 | text/html | <html>none</html> | unsure",
        "REST | 405 | '' | '' | unsure",
        "QUEUE | 404 | text/html | <html>none</html> | other",
        "QUEUE | 404 | text/plain | not found | unsure",
        "QUEUE | 404 | application/json | {\"error\":\"not found\"} | unsure",
        "QUEUE | 404 | application/json | {\"error_code\":404,\"message\":\"HTTP 404\"} | other",
        "QUEUE | 400 | text/plain | bad | other",
        "QUEUE | 405 | application/json | {\"detail\":\"Method Not Allowed\"} | other",
        "QUEUE | 200 | text/html | <html>welcome</html> | other",
        "QUEUE | 301 | '' | '' | other",
        "RUN | 200 | text/html | <html>welcome</html> | other",
        "REST | 302 | '' | '' | other",
      })
  void anAnswerIsJudged(FalHost host, int status, String type, String body, String verdict) {
    Headers headers = type.isEmpty() ? Headers.of() : Headers.of("Content-Type", type);
    ServerVerdict judged = ServerVerdict.judge(host, status, headers, body);
    assertThat(judged.isFal()).isEqualTo(verdict.equals("fal"));
    assertThat(judged.isOther()).isEqualTo(verdict.equals("other"));
    assertThat(judged.description()).contains("HTTP " + status, type);
  }

  @Test
  void aHeaderOfFalIsEnough() {
    Headers headers = Headers.of("X-Fal-Request-Id", "r");
    assertThat(ServerVerdict.judge(FalHost.QUEUE, 404, headers, "").isFal()).isTrue();
  }

  @Test
  void falIsTakenForFal() throws IOException {
    for (SimulatorConfig config :
        new SimulatorConfig[] {
          SimulatorConfig.builder().build(),
          SimulatorConfig.builder().apiKey("k:s").build(),
          SimulatorConfig.builder().adoptUnknown(true).build()
        }) {
      try (FalSimulator fal = FalSimulator.start(config)) {
        assertThat(check(FalHost.QUEUE, fal.queueUrl()).isFal()).isTrue();
        assertThat(check(FalHost.RUN, fal.runUrl()).isFal()).isTrue();
        assertThat(check(FalHost.REST, fal.restUrl()).isFal()).isTrue();
        assertThat(fal.receivedRequests())
            .allMatch(request -> request.method().equals("GET"))
            .noneMatch(request -> request.headers().containsKey("authorization"));
      }
    }
  }

  @Test
  void aPathBehindTheUrlIsWrong() throws IOException {
    try (FalSimulator fal = FalSimulator.start()) {
      ServerVerdict verdict = check(FalHost.QUEUE, fal.queueUrl() + "/fal-ai/flux");
      assertThat(verdict.isOther()).isTrue();
      assertThat(verdict.description()).contains("HTTP 405", "path");
    }
  }

  @Test
  void theStreamMayAnswerWhereTheStatusDoesNot() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean isStream = exchange.getRequestURI().getPath().endsWith("/status/stream");
          byte[] body = (isStream ? "{\"detail\":\"Request not found\"}" : "none").getBytes();
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(check(FalHost.QUEUE, url).isFal()).isTrue();
      assertThat(check(FalHost.RUN, url).isOther()).isFalse();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatDoesNotSpeakHttpIsNotFal() throws IOException {
    try (ServerSocket closing = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                while (!closing.isClosed()) {
                  try {
                    closing.accept().close();
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      thread.setDaemon(true);
      thread.start();
      for (FalHost host : FalHost.values()) {
        ServerVerdict verdict = check(host, "http://127.0.0.1:" + closing.getLocalPort());
        assertThat(verdict.isOther()).isTrue();
        assertThat(verdict.description()).startsWith("no HTTP");
      }
    }
  }

  @Test
  void aServerThatAnswersNothingMayBeFal() throws IOException {
    try (FalHttp http = new FalHttp(settings(), "reach", 1)) {
      ServerCheck check = new ServerCheck(http);
      HttpUrl url;
      try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
        url = HttpUrl.get("http://127.0.0.1:" + silent.getLocalPort());
        ServerVerdict verdict = check.check(FalHost.QUEUE, url, Duration.ofMillis(300));
        assertThat(verdict.isFal() || verdict.isOther()).isFalse();
        assertThat(verdict.description()).contains("no answer in 300 ms");
      }
      assertThatThrownBy(() -> check.check(FalHost.QUEUE, url, Duration.ofSeconds(10)))
          .isInstanceOf(IOException.class);
    }
  }

  private static ServerVerdict check(FalHost host, String url) throws IOException {
    try (FalHttp http = new FalHttp(settings(), "reach", 1)) {
      return new ServerCheck(http).check(host, HttpUrl.get(url), LIMIT);
    }
  }

  private static FalSettings settings() {
    HttpUrl nowhere = HttpUrl.get("http://127.0.0.1:1");
    return new FalSettings(
        FalCredentials.ofKey("k:s"), nowhere, nowhere, nowhere, LIMIT, LIMIT, null, null);
  }
}
