// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.ExpectedResult;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.ResponseBodies;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultFetcherTest {
  private static final long PLENTY = 1_000_000;

  private final FalSimulator fal = FalSimulator.start();
  private final FalSettings settings =
      new FalSettings(
          FalCredentials.NONE,
          HttpUrl.get(fal.queueUrl()),
          HttpUrl.get(fal.queueUrl()),
          HttpUrl.get(fal.queueUrl()),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          null,
          null);
  private final FalHttp http = new FalHttp(settings, "results-test", 10);
  private int count;

  @AfterEach
  void close() {
    http.close();
    fal.close();
  }

  @Test
  void theOutputIsTheBody() {
    assertThat(fetched(Script.builder().completed().output("{\"a\":1}").build(), PLENTY, false))
        .isEqualTo(new FalResult(200, "{\"a\":1}", null, null));
  }

  @Test
  void anOutputThatIsTooLargeIsNotRead() {
    Script script = Script.builder().completed().output("{\"a\":12345}").build();
    assertThat(fetched(script, 11, false).body()).isEqualTo("{\"a\":12345}");
    assertThat(fetched(script, 10, false))
        .isEqualTo(new FalResult(200, null, "output is larger than 10 bytes", null));
  }

  @ParameterizedTest
  @CsvSource({"400", "403", "422", "404", "410", "500", "503", "504"})
  void theErrorARequestFailedWithIsItsResult(int status) {
    Script script = Script.builder().failed("no prompt", "bad_input", status).build();
    FalResult result = fetched(script, PLENTY, true);
    assertThat(result.httpStatus()).isEqualTo(status);
    assertThat(result.error()).isEqualTo("HTTP " + status + " (bad_input): no prompt");
    assertThat(result.errorType()).isEqualTo("bad_input");
  }

  @ParameterizedTest
  @CsvSource({
    "500, false, NOBODY",
    "503, false, NOBODY",
    "503, true, NOBODY",
    "429, true, NOBODY",
    "504, false, NOBODY",
    "401, false, ACCOUNT",
    "401, true, ACCOUNT",
    "403, false, ACCOUNT",
    "202, false, REQUEST_FOR_NOW",
    "202, true, REQUEST_FOR_NOW"
  })
  void falsOwnTroubleIsAFailure(int status, boolean requestFailed, Whose whose) {
    fal.attachFault("r", Surface.RESULT, Fault.status(status, "trouble"), FalSimulator.ALWAYS);
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    QueueSignal signal = fetch("r", PLENTY, requestFailed);
    assertThat(signal).isInstanceOf(QueueSignal.ResultFailed.class);
    assertThat(((QueueSignal.ResultFailed) signal).failure().whose()).isEqualTo(whose);
  }

  @ParameterizedTest
  @CsvSource({"502", "503", "504", "401", "422"})
  void theTypeOfAnErrorMayBeInTheBodyAlone(int status) {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault(
        "r",
        Surface.RESULT,
        Fault.reply(status, Map.of(), "{\"detail\":\"gone\",\"error_type\":\"runner_lost\"}"),
        1);
    assertThat(((QueueSignal.ResultFetched) fetch("r", PLENTY, true)).result())
        .isEqualTo(
            new FalResult(
                status,
                "{\"detail\":\"gone\",\"error_type\":\"runner_lost\"}",
                "HTTP " + status + " (runner_lost): gone",
                "runner_lost"));
  }

  @Test
  void aLimitOfTheRateIsNotTheRequestsOwnWhateverItsType() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Surface.RESULT, Fault.typed(429, "slow down", "rate_limited"), 1);
    assertThat(((QueueSignal.ResultFailed) fetch("r", PLENTY, true)).failure())
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
  }

  @Test
  void aRefusalWithoutATypeIsNoResult() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Surface.RESULT, Fault.status(403, "not yours"), 1);
    assertThat(((QueueSignal.ResultFailed) fetch("r", PLENTY, true)).failure())
        .isEqualTo(
            new FalFailure(Whose.ACCOUNT, Cause.DENIED, "HTTP 403: not yours", 403, null, null));
  }

  @Test
  void theTypeOfAnErrorIsToldWhereItIsTriedAgainToo() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Surface.RESULT, Fault.typed(503, "gone", "runner_lost"), 1);
    assertThat(((QueueSignal.ResultFailed) fetch("r", PLENTY, false)).failure().errorType())
        .isEqualTo("runner_lost");
  }

  @ParameterizedTest
  @CsvSource({
    "image/png, false, true",
    "image/png, true, false",
    "application/octet-stream, true, false",
    "text/plain, true, false",
    "application/xml, true, false",
    ", true, false"
  })
  void whatIsBinaryIsTheJsonOfItsBytes(String type, boolean json, boolean binary) throws Exception {
    byte[] body = json ? "{\"a\":1}".getBytes(UTF_8) : new byte[] {0, 1, 2, -1};
    ResponseBody response = ResponseBody.create(body, type == null ? null : MediaType.get(type));
    assertThat(ResponseBodies.readText(response))
        .isEqualTo(
            binary ? "{\"content_type\":\"image/png\",\"content\":\"AAEC/w==\"}" : "{\"a\":1}");
  }

  @Test
  void whatIsNotReadyYetIsAskedForAgain() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault(
        "r",
        Surface.RESULT,
        Fault.reply(202, Map.of("Retry-After", "3"), "{\"status\":\"IN_PROGRESS\"}"),
        1);
    assertThat(((QueueSignal.ResultFailed) fetch("r", PLENTY, false)).failure())
        .isEqualTo(
            new FalFailure(
                Whose.REQUEST_FOR_NOW,
                Cause.INCOMPLETE,
                "HTTP 202: {\"status\":\"IN_PROGRESS\"}",
                0,
                null,
                Duration.ofSeconds(3)));
  }

  @Test
  void aListOfWhatIsWrongIsToldInFull() {
    String one = "{\"loc\":[\"body\",\"prompt\"],\"msg\":\"field required\"}";
    String detail = "[" + (one + ",").repeat(200) + one + "]";
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault(
        "r", Surface.RESULT, Fault.reply(422, Map.of(), "{\"detail\":" + detail + "}"), 1);
    FalResult result = ((QueueSignal.ResultFetched) fetch("r", PLENTY, true)).result();
    assertThat(result.error()).isEqualTo("HTTP 422: " + detail);
  }

  @Test
  void retryAfterIsPassedOn() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Surface.RESULT, Fault.retryAfterSeconds(9), 1);
    assertThat(((QueueSignal.ResultFailed) fetch("r", PLENTY, false)).failure())
        .isEqualTo(
            new FalFailure(
                Whose.NOBODY,
                Cause.RATE_LIMIT,
                "HTTP 429: slow",
                429,
                null,
                Duration.ofSeconds(9)));
  }

  @Test
  void aRequestUnknownByThenIsAResultToo() {
    FalResult result = ((QueueSignal.ResultFetched) fetch("nobody", PLENTY, false)).result();
    assertThat(result.httpStatus()).isEqualTo(404);
    assertThat(result.error()).startsWith("HTTP 404");
  }

  @Test
  void nobodyListeningIsWorthAnotherAttempt() {
    fal.stop();
    assertThat(((QueueSignal.ResultFailed) fetch("r", PLENTY, true)).failure())
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
  }

  @Test
  void aHugeErrorIsBounded() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Surface.RESULT, Fault.reply(400, Map.of(), "x".repeat(100_000)), 2);
    for (long max : new long[] {100, PLENTY}) {
      FalResult result = ((QueueSignal.ResultFetched) fetch("r", max, true)).result();
      assertThat(result.error()).startsWith("HTTP 400: xxx").hasSizeLessThan(17_000);
    }
  }

  @Test
  void noThreadIsLeftAfterClose() {
    fetch("nobody", PLENTY, false);
    http.close();
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("results-test")));
  }

  private FalResult fetched(Script script, long maxBytes, boolean requestFailed) {
    String id = "r" + count++;
    fal.registerRequest(id, "a/b", script);
    return ((QueueSignal.ResultFetched) fetch(id, maxBytes, requestFailed)).result();
  }

  @Test
  void aResultThatIsNotTakenIsFetchedAgain() {
    RecordingReceiver full = new RecordingReceiver();
    full.fillUp();
    assertThat(untold(full).cause()).isEqualTo(Cause.NOT_TAKEN);
  }

  @Test
  void anErrorOnItsThreadIsToldToo() {
    RecordingReceiver broken = new RecordingReceiver();
    broken.breakDown();
    assertThat(untold(broken).reason()).contains("OutOfMemoryError");
  }

  @Test
  void anOutputThatIsNotWantedIsNotDownloaded() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] block = new byte[1 << 16];
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CountDownLatch cut = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 50L << 20);
          try (OutputStream body = exchange.getResponseBody()) {
            while (written.get() < 50L << 20) {
              body.write(block);
              written.addAndGet(block.length);
            }
          } catch (IOException e) {
            cut.countDown();
          }
        });
    server.start();
    try {
      HttpUrl url = HttpUrl.get("http://127.0.0.1:" + server.getAddress().getPort());
      FalSettings own =
          new FalSettings(
              FalCredentials.NONE,
              url,
              url,
              url,
              Duration.ofSeconds(10),
              Duration.ofSeconds(60),
              null,
              null);
      RecordingReceiver sink = new RecordingReceiver();
      ResultQuery query = new ResultQuery(false, PLENTY, ExpectedResult.UNKNOWN);
      QueueRequest request = new QueueRequest(EndpointId.parse("a/b/c"), "r");
      new ResultFetcher(own, http, sink).fetch(request, query);
      QueueSignal signal = sink.awaitFirst(told -> true);
      assertThat(((QueueSignal.ResultFetched) signal).result())
          .isEqualTo(new FalResult(200, null, null, null));
      assertThat(cut.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(written).hasValueLessThan(25L << 20);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1.5, 1.5", "0, 0.0", "' 12 ', 12.0", "many,", "NaN,", ","})
  void theUnitsThatFalBillsAreOfTheResult(String header, Double units) {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    Map<String, String> headers =
        header == null ? Map.of() : Map.of("X-Fal-Billable-Units", header);
    fal.attachFault("r", Surface.RESULT, Fault.reply(200, headers, "{}"), 1);
    QueueSignal signal = fetch("r", PLENTY, false);
    assertThat(((QueueSignal.ResultFetched) signal).result().billableUnits()).isEqualTo(units);
  }

  @Test
  void anErrorIsReadAlsoWhereNoOutputIsWanted() {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Surface.RESULT, Fault.UNPROCESSABLE, 1);
    assertThat(status("r").error()).startsWith("HTTP 422: [{").contains("field required");
    assertThat(status("r").isOutput()).isTrue();
  }

  @Test
  void aResultAskedForTooEarlyIsAskedForAgain() {
    fal.registerRequest("r", "a/b", Script.builder().manual().inProgress().completed().build());
    FalFailure failure = ((QueueSignal.ResultFailed) fetch("r", PLENTY, false)).failure();
    assertThat(failure.whose()).isEqualTo(Whose.REQUEST_FOR_NOW);
    assertThat(failure.reason()).isEqualTo("HTTP 400: Request is still in progress");
  }

  private FalResult status(String id) {
    RecordingReceiver sink = new RecordingReceiver();
    QueueRequest request = new QueueRequest(EndpointId.parse("a/b/c"), id);
    new ResultFetcher(settings, http, sink)
        .fetch(request, new ResultQuery(false, PLENTY, ExpectedResult.UNKNOWN));
    return ((QueueSignal.ResultFetched) sink.awaitFirst(told -> true)).result();
  }

  private FalFailure untold(RecordingReceiver sink) {
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    return ((QueueSignal.ResultFailed) fetch("r", PLENTY, false, sink)).failure();
  }

  private QueueSignal fetch(String id, long maxBytes, boolean requestFailed) {
    return fetch(id, maxBytes, requestFailed, new RecordingReceiver());
  }

  private QueueSignal fetch(
      String id, long maxBytes, boolean requestFailed, RecordingReceiver sink) {
    QueueRequest request = new QueueRequest(EndpointId.parse("a/b/c"), id);
    ExpectedResult expected = requestFailed ? ExpectedResult.ERROR : ExpectedResult.OUTPUT;
    ResultQuery query = new ResultQuery(true, maxBytes, expected);
    new ResultFetcher(settings, http, sink).fetch(request, query);
    QueueSignal signal = sink.awaitFirst(told -> true);
    assertThat(sink.signals()).hasSize(1);
    return signal;
  }
}
