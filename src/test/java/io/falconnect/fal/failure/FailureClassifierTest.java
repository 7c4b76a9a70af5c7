// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.falconnect.fal.http.FalCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFailuresTest {
  private static final String KEY = "not-a-real-key";

  private final OkHttpClient client =
      new OkHttpClient.Builder().followRedirects(false).retryOnConnectionFailure(false).build();
  private final FailureClassifier failures = new FailureClassifier(FalCredentials.ofKey(KEY));
  private HttpServer server;
  private volatile int status;
  private volatile String body = "";
  private volatile Map<String, String> headers = Map.of();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          headers.forEach(exchange.getResponseHeaders()::set);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 302, 307, 408, 409, 425, 429, 500, 501, 502, 503, 504, 520})
  void worthAnotherAttempt(int status) {
    assertThat(failure(status, "", Map.of())).isInstanceOf(FalFailure.Retryable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 402, 405, 406, 410, 413, 418, 422, 499})
  void notWorthAnotherAttempt(int status) {
    assertThat(failure(status, "", Map.of()))
        .isEqualTo(new FalFailure.Rejected(status, "HTTP " + status));
  }

  @Test
  void theKeyAndTheRequestAreTheirOwnKinds() {
    assertThat(failure(401, "", Map.of())).isEqualTo(new FalFailure.Denied(401, "HTTP 401"));
    assertThat(failure(403, "", Map.of())).isEqualTo(new FalFailure.Denied(403, "HTTP 403"));
    assertThat(failure(404, "{\"detail\":\"Request not found\"}", Map.of()))
        .isEqualTo(new FalFailure.NotFound("HTTP 404: Request not found"));
  }

  @Test
  void aTimeoutOfTheUsersOwnIsFinal() {
    Map<String, String> own = Map.of("X-Fal-Request-Timeout-Type", "User");
    assertThat(failure(504, "", own)).isInstanceOf(FalFailure.Rejected.class);
    assertThat(failure(503, "", own)).isInstanceOf(FalFailure.Retryable.class);
    assertThat(failure(504, "", Map.of("X-Fal-Request-Timeout-Type", "server")))
        .isInstanceOf(FalFailure.Retryable.class);
  }

  @Test
  void theReasonIsWhatFalSays() {
    Map<String, String> type = Map.of("X-Fal-Error-Type", "runner_disconnected");
    assertThat(failure(503, "{\"detail\":\"gone\"}", type).reason())
        .isEqualTo("HTTP 503 (runner_disconnected): gone");
    assertThat(failure(503, "{\"detail\":\"gone\",\"error_type\":\"x\"}", type).reason())
        .isEqualTo("HTTP 503 (runner_disconnected): gone");
    assertThat(failure(503, "{\"detail\":\"gone\",\"error_type\":\"x\"}", Map.of()).reason())
        .isEqualTo("HTTP 503 (x): gone");
    assertThat(failure(503, "{\"detail\":\"gone\",\"error_type\":[7]}", Map.of()).reason())
        .isEqualTo("HTTP 503: gone");
    assertThat(failure(422, "{\"detail\":[{\"msg\":\"field required\"}]}", Map.of()).reason())
        .isEqualTo("HTTP 422: [{\"msg\":\"field required\"}]");
    assertThat(failure(500, "<html>\r\n\tbad</html>", Map.of()).reason())
        .isEqualTo("HTTP 500: <html> bad</html>");
    assertThat(failure(500, "{\"detail\":null,\"x\":1}", Map.of()).reason())
        .isEqualTo("HTTP 500: {\"detail\":null,\"x\":1}");
    assertThat(failure(302, "", Map.of("Location", "http://x/")).reason()).contains("redirects");
  }

  @Test
  void theReasonIsBounded() {
    Map<String, String> type = Map.of("X-Fal-Error-Type", "t".repeat(4_000));
    assertThat(failure(500, "x".repeat(1_000_000), type).reason()).hasSizeLessThan(1_100);
    assertThat(failure(500, "[".repeat(1_000_000), Map.of()).reason()).hasSizeLessThan(600);
  }

  @Test
  void theReasonNeverShowsTheKeyNorTheFirstPartOfIt() {
    for (int before = 480; before <= 505; before++) {
      String echo = "x".repeat(before) + KEY;
      for (String text : new String[] {echo, "{\"detail\":\"" + echo + "\"}"}) {
        assertThat(failure(500, text, Map.of("X-Fal-Error-Type", echo)).reason())
            .doesNotContain("not-a");
      }
    }
    assertThat(failures.of(new IOException("sent " + KEY)).reason()).doesNotContain(KEY);
  }

  @Test
  void aBrokenConnectionIsWorthAnotherAttempt() {
    FalFailure failure = failures.of(new IOException("reset\nby peer" + "x".repeat(10_000)));
    assertThat(failure).isInstanceOf(FalFailure.Retryable.class);
    assertThat(failure.reason()).startsWith("IOException: reset by peer").hasSizeLessThan(600);
    assertThat(failures.of(new IOException()).reason()).isEqualTo("IOException");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void retryAfterIsPassedOn(int status) {
    assertThat(failure(status, "", Map.of("Retry-After", "7")))
        .isEqualTo(
            new FalFailure.Retryable(
                status == 429 ? Cause.RATE_LIMIT : Cause.UNAVAILABLE,
                "HTTP " + status,
                Duration.ofSeconds(7),
                status));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "soon", "-1", "1.5", "7s", "+7", "Sun, 99 Nov 1994 08:49:37 GMT"})
  void retryAfterIsNullWhereItIsNeitherSecondsNorADate(String header) {
    assertThat(FailureClassifier.retryAfter(header)).isNull();
  }

  @Test
  void retryAfterInSecondsIsADayAtMost() {
    assertThat(FailureClassifier.retryAfter("0")).isZero();
    assertThat(FailureClassifier.retryAfter(" 120 ")).isEqualTo(Duration.ofMinutes(2));
    assertThat(FailureClassifier.retryAfter("999999999999")).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void retryAfterMayBeADate() {
    DateTimeFormatter format = DateTimeFormatter.RFC_1123_DATE_TIME;
    ZonedDateTime later = ZonedDateTime.now(ZoneOffset.UTC).plusHours(1);
    assertThat(FailureClassifier.retryAfter(format.format(later)))
        .isBetween(Duration.ofMinutes(55), Duration.ofHours(1));
    assertThat(FailureClassifier.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT")).isZero();
  }

  private FalFailure failure(int status, String body, Map<String, String> headers) {
    this.status = status;
    this.body = body;
    this.headers = headers;
    Request get =
        new Request.Builder()
            .url("http://127.0.0.1:" + server.getAddress().getPort() + "/")
            .build();
    try (Response response = client.newCall(get).execute()) {
      return failures.of(response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
