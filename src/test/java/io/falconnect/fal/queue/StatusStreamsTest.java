// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusStreamsTest {
  private static final String KEY = "not-a-real-key";
  private static final Script BY_HAND =
      Script.builder().manual().inQueue(1).inProgress("one").completed("\u00fc").build();

  private final FalSimulator fal =
      FalSimulator.start(
          SimulatorConfig.builder().apiKey(KEY).keepAlive(Duration.ofMillis(20)).build());
  private final RecordingReceiver sink = new RecordingReceiver();
  private FalHttp http;

  @BeforeEach
  void register() {
    fal.registerRequest("open", "a/b", BY_HAND);
    fal.registerRequest("done", "a/b", Script.builder().completed("\u00fc\u20ac").build());
  }

  @AfterEach
  void close() {
    if (http != null) {
      http.close();
    }
    fal.close();
  }

  @Test
  void everyStateIsToldAndThenTheEnd() {
    open("open", KEY, true);
    for (int told = 1; told <= 3; told++) {
      int count = told;
      await().until(() -> sink.texts().size() == count);
      fal.request("open").advance();
    }
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(sink.sequence())
        .containsExactly("StreamEvent", "StreamEvent", "StreamEvent", "StreamEnded");
    assertThat(statuses()).containsExactly("IN_QUEUE", "IN_PROGRESS", "COMPLETED");
    assertThat(fal.receivedRequests().get(0).path()).isEqualTo("/a/b/requests/open/status/stream");
    assertThat(fal.unauthorizedCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RESET_CONNECTION", "RESET_STREAM"})
  void aCutIsWorthAnotherAttempt(String fault) throws Exception {
    fault("open", fault);
    assertThat(sink.awaitEnd().failure()).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(sink.sequence()).containsExactly("StreamEvent", "StreamEnded");
  }

  @Test
  void anErrorOnItsThreadIsAnEndToo() {
    sink.breakDown();
    open("open", KEY, false);
    assertThat(sink.awaitEnd().failure().reason()).contains("OutOfMemoryError");
    assertThat(sink.sequence()).containsExactly("StreamEnded");
  }

  @Test
  void halfAnEventIsNoEvent() throws Exception {
    fault("open", "RESET_MID_EVENT");
    assertThat(sink.awaitEnd().failure()).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(sink.sequence()).containsExactly("StreamEnded");
  }

  @Test
  void aConnectionCutBeforeTheAnswerIsWorthAnotherAttempt() {
    fal.attachFault("open", Surface.STATUS_STREAM, Fault.RESET_BEFORE_HEADERS, FalSimulator.ALWAYS);
    open("open", KEY, false);
    assertThat(sink.awaitEnd().failure()).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(sink.sequence()).containsExactly("StreamEnded");
  }

  @Test
  void nobodyListeningIsWorthAnotherAttempt() {
    fal.stop();
    open("open", KEY, false);
    assertThat(sink.awaitEnd().failure()).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(sink.sequence()).containsExactly("StreamEnded");
  }

  @Test
  void aCleanEndBeforeTheTimeIsNoFailure() throws Exception {
    fault("open", "CLEAN_END");
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(sink.sequence()).containsExactly("StreamEvent", "StreamEnded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON_200", "JSON_202"})
  void aPlainStatusObjectIsData(String fault) throws Exception {
    fault("done", fault);
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(sink.sequence()).containsExactly("StreamEvent", "StreamEnded");
    assertThat(statuses()).containsExactly("COMPLETED");
  }

  @Test
  void refusalsAreTheirKindOfFailure() {
    assertThat(refusal(Fault.UNAUTHORIZED)).extracting(FalFailure::whose).isEqualTo(Whose.ACCOUNT);
    assertThat(refusal(Fault.FORBIDDEN)).extracting(FalFailure::whose).isEqualTo(Whose.ACCOUNT);
    assertThat(refusal(Fault.NOT_FOUND))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.REQUEST_FOR_GOOD);
    assertThat(refusal(Fault.METHOD_NOT_ALLOWED))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.REQUEST_FOR_GOOD);
    assertThat(refusal(Fault.UNAVAILABLE)).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(refusal(Fault.retryAfterSeconds(7)))
        .isEqualTo(
            new FalFailure(
                Whose.NOBODY,
                Cause.RATE_LIMIT,
                "HTTP 429: slow",
                429,
                null,
                Duration.ofSeconds(7)));
    assertThat(refusal(Fault.redirect(fal.runUrl())))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
    assertThat(refusal(Fault.reply(204, Map.of(), "")))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
  }

  @Test
  void aWrongKeyIsDeniedAndNotShown() {
    open("open", "another-key", false);
    assertThat(sink.awaitEnd().failure()).extracting(FalFailure::whose).isEqualTo(Whose.ACCOUNT);
    assertThat(sink.signals().toString()).doesNotContain("another-key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CRLF", "MULTI_LINE_DATA", "SPLIT_UTF8", "BYTE_ORDER_MARK", "RETRY_LINE", "NONE"})
  void everyFormOfTheFormatIsRead(String fault) throws Exception {
    StatusStream stream = fault("done", fault);
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(sink.sequence()).containsExactly("StreamEvent", "StreamEnded");
    StatusUpdate update = StatusUpdate.parse(sink.texts().get(0));
    assertThat(update.logs()).extracting(LogLine::message).containsExactly("\u00fc\u20ac");
    assertThat(stream.retryMillis()).isEqualTo(fault.equals("RETRY_LINE") ? 1 : -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:%s\n\n",
        "data: %s\n",
        "data: %s",
        "data: %s\r\n",
        "data: %s\n: bye",
        "data: %s\n: bye\n",
        "\uFEFFdata: %s\n\n",
        "data: : ping\n\ndata: %s\n\n",
        "data: : ping\ndata: %s\n\n",
        "data: %s\n\ndata: : ping\n",
        "event: status\nid: 7\ndata: %s\n\n"
      })
  void aStatusIsReadHoweverItsEventIsWritten(String form) throws Exception {
    String body = form.formatted("{\"status\":\"COMPLETED\"}");
    Map<String, String> type = Map.of("Content-Type", "text/event-stream; charset=UTF-8");
    fal.attachFault("done", Surface.STATUS_STREAM, Fault.reply(200, type, body), 1);
    open("done", KEY, false);
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(statuses()).containsExactly("COMPLETED");
  }

  @Test
  void manyFormsAtOnceAreRead() throws Exception {
    fal.attachFault("done", Fault.allOf(Fault.CRLF, Fault.BYTE_ORDER_MARK, Fault.RETRY_LINE), 1);
    StatusStream stream = open("done", KEY, true);
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(statuses()).containsExactly("COMPLETED");
    assertThat(stream.retryMillis()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SILENT_AFTER_HEADERS", "SILENT_BEFORE_HEADERS", "DEAD_PEER"})
  void aSilentStreamEndsWhenItIsCut(String fault) throws Exception {
    StatusStream stream = fault("open", fault);
    await().until(() -> !fal.receivedRequests().isEmpty());
    stream.cut(Cause.SILENT, "silent for a while");
    stream.cut(Cause.ENDED, "another reason");
    assertThat(sink.awaitEnd().failure())
        .isEqualTo(new FalFailure(Whose.NOBODY, Cause.SILENT, "silent for a while"));
    assertThat(sink.sequence()).endsWith("StreamEnded").containsOnlyOnce("StreamEnded");
  }

  @Test
  void aStreamCutAtOnceEndsOnce() {
    open("open", KEY, false).cut(Cause.ENDED, "at once");
    assertThat(sink.awaitEnd().failure())
        .isEqualTo(new FalFailure(Whose.NOBODY, Cause.ENDED, "at once"));
    assertThat(sink.sequence()).containsOnlyOnce("StreamEnded").endsWith("StreamEnded");
  }

  @ParameterizedTest
  @CsvSource({"503, 0", "503, 99999999999", "408, 0", "408,"})
  void aRefusalIsNotRepeatedByTheClientItself(int status, String wait) {
    Map<String, String> headers = wait == null ? Map.of() : Map.of("Retry-After", wait);
    fal.attachFault(
        "open", Surface.STATUS_STREAM, Fault.reply(status, headers, "{}"), FalSimulator.ALWAYS);
    open("open", KEY, false);
    FalFailure failure = sink.awaitEnd().failure();
    assertThat(failure.httpStatus()).isEqualTo(status);
    assertThat(failure.retryAfter() == null).isEqualTo(wait == null);
    assertThat(fal.receivedRequests()).hasSize(1);
  }

  @Test
  void anEventThatIsTooLargeIsMalformed() {
    String event = "data: " + "x".repeat(StatusStreams.MAX_EVENT_BYTES) + "\n\n";
    fal.attachFault(
        "open",
        Surface.STATUS_STREAM,
        Fault.reply(200, Map.of("Content-Type", "text/event-stream"), event),
        1);
    open("open", KEY, false);
    assertThat(sink.awaitEnd().failure().cause()).isEqualTo(Cause.MALFORMED);
    assertThat(sink.sequence()).containsExactly("StreamEnded");
  }

  @Test
  void commentsAreActivity() {
    StatusStream stream = open("open", KEY, false);
    await().until(() -> sink.texts().size() == 1);
    long then = stream.lastActivity();
    await().until(() -> stream.lastActivity() - then > 0);
    assertThat(sink.sequence()).containsExactly("StreamEvent");
  }

  @Test
  void aStreamWhoseEventsAreNotTakenEnds() {
    sink.fillUp();
    open("open", KEY, false);
    assertThat(sink.awaitEnd().failure().reason()).contains("not taken");
    assertThat(sink.sequence()).containsExactly("StreamEnded");
    await().until(() -> fal.openStreams() == 0);
  }

  @Test
  void nothingIsToldAfterAnEventThatWasNotTaken() {
    String event = "data: {\"status\":\"IN_PROGRESS\",\"request_id\":\"open\"}\n\n";
    fal.attachFault(
        "open",
        Surface.STATUS_STREAM,
        Fault.reply(200, Map.of("Content-Type", "text/event-stream"), event.repeat(6)),
        1);
    sink.refuseOne();
    open("open", KEY, false);
    assertThat(sink.awaitEnd().failure().cause()).isEqualTo(Cause.NOT_TAKEN);
    assertThat(sink.sequence()).containsExactly("StreamEnded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"status":"COMPLETED","request_id":"done"}\\n            | COMPLETED
          {"status":"COMPLETED","request_id":"done"}                | COMPLETED
          {"status":"COMPLETED",\\ndata: "request_id":"done"}\\n   | COMPLETED
          {"status":"COMPLETED",\\n                                |
          {"status":"COMPL                                          |
          """)
  void theLastEventCountsWithoutItsBlankLineIfItIsWhole(String data, String status) {
    answer("done", "data: " + data.replace("\\n", "\n"));
    open("done", KEY, false);
    FalFailure end = sink.awaitEnd().failure();
    if (status == null) {
      assertThat(end.reason()).contains("ended in the middle of an event");
      assertThat(statuses()).isEmpty();
    } else {
      assertThat(end).isNull();
      assertThat(statuses()).containsExactly(status);
    }
  }

  @Test
  void commentsThatAGatewayMadeDataOfAreNoEvents() {
    String status = "{\"status\":\"COMPLETED\",\"request_id\":\"done\"}";
    answer("done", "data: : ping\n\ndata: : ping\ndata: " + status + "\n\n");
    open("done", KEY, false);
    assertThat(sink.awaitEnd().failure()).isNull();
    assertThat(sink.texts()).containsExactly(status);
  }

  private void answer(String id, String body) {
    Map<String, String> headers = Map.of("Content-Type", "text/event-stream");
    fal.attachFault(id, Surface.STATUS_STREAM, Fault.reply(200, headers, body), 1);
  }

  @Test
  void anErrorThatQuotesTheKeyDoesNotShowIt() {
    String event =
        "data: {\"status\":\"COMPLETED\",\"request_id\":\"open\",\"error\":\"bad key %s\"}\n\n";
    fal.attachFault(
        "open",
        Surface.STATUS_STREAM,
        Fault.reply(200, Map.of("Content-Type", "text/event-stream"), event.formatted(KEY)),
        1);
    open("open", KEY, false);
    sink.awaitEnd();
    assertThat(sink.texts().get(0)).contains("bad key [hidden]").doesNotContain(KEY);
  }

  @Test
  void closingTheClientEndsEveryStream() {
    open("open", KEY, false);
    await().until(() -> sink.texts().size() == 1);
    http.close();
    sink.awaitEnd();
    assertThat(sink.sequence()).containsExactly("StreamEvent", "StreamEnded");
    open("open", KEY, false).cut(Cause.ENDED, "over");
  }

  @Test
  void requestsThatWereNotAnsweredDelayNoOther() {
    RecordingReceiver others = new RecordingReceiver();
    StatusStreams streams = createStreams(KEY, others);
    for (int i = 0; i < 200; i++) {
      fal.registerRequest("dead-" + i, "a/b", Script.builder().manual().inQueue(0).build());
      fal.attachFault("dead-" + i, Surface.STATUS_STREAM, Fault.SILENT_BEFORE_HEADERS, 1);
      streams.open(new QueueRequest(EndpointId.parse("a/b"), "dead-" + i), false, true);
    }
    streams.open(new QueueRequest(EndpointId.parse("a/b/c"), "done"), false, false);
    assertThat(streams.countWaiting()).isZero();
    others.awaitFirst(QueueSignal.StreamEvent.class::isInstance);
  }

  private FalFailure refusal(Fault fault) {
    RecordingReceiver own = new RecordingReceiver();
    fal.attachFault("open", fault, 1);
    open("open", KEY, false, own);
    FalFailure failure = own.awaitEnd().failure();
    assertThat(own.sequence()).containsExactly("StreamEnded");
    return failure;
  }

  private StatusStream fault(String id, String name) throws Exception {
    fal.attachFault(id, (Fault) Fault.class.getField(name).get(null), 1);
    return open(id, KEY, true);
  }

  private StatusStream open(String id, String key, boolean logs) {
    return open(id, key, logs, sink);
  }

  private StatusStream open(String id, String key, boolean logs, RecordingReceiver sink) {
    QueueRequest request = new QueueRequest(EndpointId.parse("a/b/c"), id);
    return createStreams(key, sink).open(request, logs, false);
  }

  private StatusStreams createStreams(String key, RecordingReceiver sink) {
    FalSettings settings =
        new FalSettings(
            FalCredentials.ofKey(key),
            HttpUrl.get(fal.queueUrl()),
            HttpUrl.get(fal.queueUrl()),
            HttpUrl.get(fal.queueUrl()),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            null,
            null);
    if (http == null) {
      http = new FalHttp(settings, "streams-test", 10);
    }
    return new StatusStreams(settings, http, sink);
  }

  private List<String> statuses() {
    return sink.texts().stream().map(StatusStreamsTest::status).toList();
  }

  private static String status(String text) {
    try {
      return StatusUpdate.parse(text).status();
    } catch (MalformedStatusException e) {
      return e.getMessage();
    }
  }
}
