// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.stream.StreamApp;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FalCallsTest {
  private static final EndpointId APP = EndpointId.parse("fal-ai/any-llm");
  private static final String KEY = "not-a-real-key";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FATAL = "\"the last straw\"";

  private final FalSimulator fal =
      FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build());
  private final List<CallSignal> signals = new CopyOnWriteArrayList<>();
  private final SignalReceiver<CallSignal> sink =
      new SignalReceiver<>() {
        @Override
        public boolean offer(CallSignal signal, int weight) {
          if (weight == FATAL.length()) {
            throw new OutOfMemoryError("as it were");
          }
          return signals.add(signal);
        }

        @Override
        public void tell(CallSignal signal) {
          if (!(signal instanceof CallSignal.Opened)) {
            signals.add(signal);
          }
        }
      };
  private AnswerRules rules = AnswerRules.stream(LIMIT, LIMIT, JsonPointer.compile("/error"));
  private Duration limit = LIMIT;
  private FalHttp http;

  @AfterEach
  void close() {
    if (http != null) {
      http.close();
    }
    fal.close();
  }

  @Test
  void everyEventIsAnOutputAndTheEndIsTold() {
    stream(StreamApp.events("{\"a\":1}", "{\"a\":2}"));
    assertThat(sequence()).containsExactly("Event", "Event", "Closed");
    assertThat(outputs()).extracting(output -> output.path("a").asInt()).containsExactly(1, 2);
  }

  @Test
  void anAnswerInOnePieceIsItsJson() {
    stream(StreamApp.json("{\"a\":1}"));
    assertThat(sequence()).containsExactly("Answered");
    assertThat(outputs().get(0).path("a").asInt()).isEqualTo(1);
  }

  @Test
  void aBinaryAnswerIsBase64WithItsMediaType() {
    stream(StreamApp.binary("image/png", new byte[] {1, 2, 3}));
    assertThat(outputs().get(0).path("content_type").asText()).isEqualTo("image/png");
    assertThat(outputs().get(0).path("content").asText()).isEqualTo("AQID");
  }

  @ParameterizedTest
  @CsvSource({"BYTE_ORDER_MARK", "CRLF", "CR", "MULTI_LINE_DATA", "SPLIT_UTF8", "RETRY_LINE"})
  void howAStreamIsWrittenDoesNotMatter(String name) throws Exception {
    fal.attachFault(
        APP.value(), Surface.HTTP_STREAM, (Fault) Fault.class.getField(name).get(null), 1);
    stream(StreamApp.events("{\"a\":\"grüße\"}", "{\"a\":2}"));
    assertThat(sequence()).containsExactly("Event", "Event", "Closed");
    assertThat(outputs().get(0).path("a").asText()).isEqualTo("grüße");
  }

  @Test
  void aStreamThatBreaksSaysSoAfterWhatCame() {
    fal.attachFault(APP.value(), Surface.HTTP_STREAM, Fault.resetAfter(1), 1);
    stream(StreamApp.events("{\"a\":1}", "{\"a\":2}"));
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().failure()).extracting(FalFailure::whose).isEqualTo(Whose.UNKNOWN);
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
  }

  @Test
  void aSilentStreamIsGivenUp() {
    fal.attachFault(APP.value(), Surface.HTTP_STREAM, Fault.silentAfter(1), 1);
    rules = AnswerRules.stream(Duration.ofSeconds(60), Duration.ofMillis(500), null);
    stream(StreamApp.events("{\"a\":1}", "{\"a\":2}"));
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().failure().reason()).isEqualTo("silent for 500 ms");
    assertThat(failed().failure().cause()).isEqualTo(Cause.SILENT);
  }

  @Test
  void anEventWithoutDataIsNone() {
    stream("data:\n\ndata: {\"a\":1}\n\n:\n");
    assertThat(sequence()).containsExactly("Event", "Closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data:\n\n", ": comment\n\n"})
  void aStreamWithoutAnEventIsAFailure(String text) {
    stream(text);
    assertThat(sequence()).containsExactly("Failed");
    assertThat(failed().error()).isEqualTo("NO_OUTPUT");
    assertThat(failed().failure().cause()).isEqualTo(Cause.INCOMPLETE);
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
    assertThat(failed().failure().reason()).isEqualTo("the stream ended without an event");
  }

  @Test
  void anEventOfTheTypeErrorEndsIt() {
    stream("data: {\"a\":1}\n\nevent: error\ndata: {\"detail\":\"no\"}\n\ndata: 2\n\n");
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().error()).isEqualTo("STREAM_ERROR");
    assertThat(failed().failure().reason()).isEqualTo("no");
    assertThat(failed().failure()).extracting(FalFailure::whose).isEqualTo(Whose.REQUEST_FOR_GOOD);
  }

  @Test
  void anEventThatIsNotJsonIsAText() {
    stream("data: hello\n\n");
    assertThat(outputs().get(0).textValue()).isEqualTo("hello");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"error":{"message":"overloaded","code":502}}                    | overloaded (code 502)
          {"output":"o","partial":true,"error":"no luck"}                  | no luck
          {"error":true}                                                   | true
          {"error":["a"]}                                                  | ["a"]
          {"type":"error","node_id":"n1","message":"node failed","error":{"status":422}} | node n1: node failed: {"status":422}
          {"type":"error","error":{"status":500,"body":{"detail":"no"}}}   | {"status":500,"body":{"detail":"no"}}
          {"type":"error","message":"alone"}                               | alone
          {"error":"text"}                                                 | text
          {"error":{"detail":[{"msg":"too long"}]}}                        | [{"msg":"too long"}]
          {"type":"error","error":{"type":"error","message":"inside"}}     | inside
          {"type":"error"}                                                 | {"type":"error"}
          """)
  void anErrorThatComesAsDataEndsItWhateverComesAfterIt(String error, String words) {
    stream(
        "data: {\"output\":\"first\"}\n\ndata: " + error + "\n\ndata: {\"output\":\"second\"}\n\n");
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().error()).isEqualTo("STREAM_ERROR");
    assertThat(failed().failure().reason()).isEqualTo(words);
    assertThat(failed().failure().whose()).isEqualTo(Whose.REQUEST_FOR_GOOD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"error\":null}",
        "{\"error\":false}",
        "{\"error\":\"\"}",
        "{\"error\":{}}",
        "{\"error\":[]}",
        "{\"output\":{\"error\":\"of the app's own\"}}",
        "{\"type\":\"output\"}",
        "[\"error\"]",
        "\"error\""
      })
  void whatSaysNoErrorIsAnOutput(String output) {
    stream("data: " + output + "\n\n");
    assertThat(sequence()).containsExactly("Event", "Closed");
  }

  @Test
  void anErrorMayBeAnAnswerInOnePiece() {
    stream(StreamApp.json("{\"error\":{\"message\":\"overloaded\"}}"));
    assertThat(sequence()).containsExactly("Failed");
    assertThat(failed().error()).isEqualTo("STREAM_ERROR");
  }

  @Test
  void inAnAnswerToASubmissionNothingIsAnErrorThatCameAsData() {
    rules = AnswerRules.onePiece(Duration.ofSeconds(60));
    stream(StreamApp.json("{\"error\":\"e\",\"type\":\"error\"}"));
    assertThat(sequence()).containsExactly("Answered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"a\":1}\n\ndata: [DONE]\n\n",
        "data: {\"a\":1}\n\ndata: [DONE]\n",
        "data: {\"a\":1}\n\ndata: [DONE]",
        "data: {\"a\":1}\n\ndata:  [DONE] \n\n",
        "data: {\"a\":1}\n\ndata: \"[DONE]\"\n\n",
        "data: : ping\n\ndata: {\"a\":1}\n\n",
        "data: : ping\ndata: {\"a\":1}\n\n",
        "data: {\"a\":1}\ndata: : ping\n",
        "data: {\"a\":1}\n\ndata: : ping\n",
        "\uFEFFdata:{\"a\":1}\n",
        "data: {\"a\":1}\n: bye",
        "data: {\"a\":1}\n: bye\n",
        "data: {\"a\":1}\n",
        "data: {\"a\":1}",
        "data: {\"a\":\ndata: 1}\n",
        "data: {\"a\":1}\r\n",
        "data: {\"a\":1}\n\n: bye",
      })
  void theLastOutputIsTheLastEventHoweverTheStreamEnds(String text) {
    stream(text);
    assertThat(sequence()).containsExactly("Event", "Closed");
    assertThat(outputs().get(0).path("a").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n", "\n\n", "\n[DONE]\n", "\r\n\r\n", "\n \n[DONE]"})
  void everyLineOfAStreamOfLinesIsAnOutput(String end) {
    lines("{\"a\":1}\n{\"a\":2}" + end);
    assertThat(sequence()).containsExactly("Event", "Event", "Closed");
    assertThat(outputs()).extracting(output -> output.path("a").asInt()).containsExactly(1, 2);
  }

  @Test
  void anErrorInAStreamOfLinesEndsIt() {
    lines("{\"a\":1}\n{\"error\":{\"message\":\"overloaded\"}}\n{\"a\":2}\n");
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().error()).isEqualTo("STREAM_ERROR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\"", "12", "tru"})
  void aStreamOfLinesThatEndsInTheMiddleOfOneIsBroken(String rest) {
    lines("{\"a\":1}\n" + rest);
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
    assertThat(failed().failure().reason()).contains("in the middle of an event");
  }

  @Test
  void aStreamOfLinesWithoutALineIsAFailure() {
    lines("\n");
    assertThat(failed().error()).isEqualTo("NO_OUTPUT");
  }

  private void lines(String text) {
    stream(StreamApp.binary("application/x-ndjson", text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstByteMayTakeLongerThanASilence(boolean headersAtOnce) {
    rules = AnswerRules.stream(Duration.ofSeconds(60), Duration.ofMillis(200), null);
    StreamApp app = StreamApp.events("{\"a\":1}");
    Duration late = Duration.ofMillis(800);
    stream(headersAtOnce ? app.firstEventAfter(late) : app.headersAfter(late));
    assertThat(sequence()).containsExactly("Event", "Closed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutAFirstByteItIsGivenUpInTheEnd(boolean headersAtOnce) {
    rules = AnswerRules.stream(Duration.ofMillis(300), Duration.ofSeconds(60), null);
    Fault silence = headersAtOnce ? Fault.SILENT_AFTER_HEADERS : Fault.SILENT_BEFORE_HEADERS;
    fal.attachFault(APP.value(), Surface.HTTP_STREAM, silence, 1);
    stream(StreamApp.echo());
    assertThat(failed().failure().reason()).isEqualTo("no answer for 300 ms");
    assertThat(failed().failure().cause()).isEqualTo(Cause.SILENT);
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"data: hello\n", "data: {\"a\"", "dat", "data", "data:\n", "data: 12", "id: 1"})
  void aStreamThatEndsInTheMiddleOfAnEventIsBroken(String rest) {
    stream("data: {\"a\":1}\n\n" + rest);
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().failure()).extracting(FalFailure::whose).isEqualTo(Whose.UNKNOWN);
    assertThat(failed().failure().reason()).contains("in the middle of an event");
  }

  @Test
  void anErrorOnItsThreadIsAFailureToo() {
    stream("data: 1\n\ndata: " + FATAL + "\n\n");
    assertThat(sequence()).containsExactly("Event", "Failed");
    assertThat(failed().failure().reason()).contains("OutOfMemoryError");
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
  }

  @Test
  void anEventThatIsTooLargeIsRefusedForGood() {
    stream("data: " + "x".repeat(CallReader.MAX_BYTES) + "\n\n");
    assertThat(failed().error()).isEqualTo("ANSWER_TOO_LARGE");
    assertThat(failed().failure()).extracting(FalFailure::whose).isEqualTo(Whose.REQUEST_FOR_GOOD);
  }

  @ParameterizedTest
  @CsvSource({"text/event-stream, Event", "application/json, Answered"})
  void whatWasCompressedAllTheSameIsRead(String type, String signal) throws Exception {
    String json = "{\"a\":1}";
    String body = signal.equals("Event") ? "data: " + json + "\n\n" : json;
    try (GzipServer server = GzipServer.start(type, body)) {
      post(server.url(), Map.of());
      assertThat(sequence()).startsWith(signal);
      assertThat(outputs().get(0).path("a").asInt()).isEqualTo(1);
    }
  }

  @Test
  void theTypeOfAnErrorMayBeInItsBodyOnly() {
    fal.attachFault(
        Surface.SUBMIT, Fault.reply(503, Map.of(), "{\"error_type\":\"runner_disconnected\"}"), 1);
    submit();
    assertThat(failed().error()).isEqualTo("runner_disconnected");
  }

  @Test
  void anAnswerThatIsNotTheJsonItSaysItIsIsNone() {
    answer(200, Map.of("Content-Type", "application/json"), "{\"images\":[{\"url\"");
    assertThat(failed().error()).isEqualTo("UNSOUND_ANSWER");
    assertThat(failed().failure().cause()).isEqualTo(Cause.MALFORMED);
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204})
  void anAnswerWithoutABodyIsNone(int status) {
    answer(status, Map.of("Content-Type", "application/json"), "");
    assertThat(failed().error()).isEqualTo("NO_OUTPUT");
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
  }

  @Test
  void aByteOrderMarkIsNoPartOfAnAnswer() {
    answer(200, Map.of("Content-Type", "application/json"), "\uFEFF{\"a\":1}");
    assertThat(outputs().get(0).path("a").asInt()).isEqualTo(1);
  }

  @Test
  void numbersAndTextsOfAnyLengthAreWhatFalSaid() {
    String number = "0.12345678901234567890";
    String text = "x".repeat(21_000_000);
    answer(200, Map.of(), "{\"n\":%s,\"t\":\"%s\"}".formatted(number, text));
    assertThat(outputs().get(0).path("n").decimalValue()).hasToString(number);
    assertThat(outputs().get(0).path("t").textValue()).hasSize(text.length());
  }

  @Test
  void toldToWaitForNoTimeItIsPostedOnceAllTheSame() {
    fal.attachFault(
        Surface.SUBMIT, Fault.reply(503, Map.of("Retry-After", "0"), "{}"), FalSimulator.ALWAYS);
    submit();
    assertThat(received()).hasSize(1);
    assertThat(failed().failure().whose()).isEqualTo(Whose.NOBODY);
  }

  @Test
  void aWaitOfTooManyDigitsIsAWait() {
    fal.attachFault(
        Surface.SUBMIT, Fault.reply(503, Map.of("Retry-After", "99999999999"), "{}"), 1);
    submit();
    assertThat(failed().failure().whose()).isEqualTo(Whose.NOBODY);
    assertThat(failed().failure().retryAfter()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "401, ACCOUNT",
    "402, ACCOUNT",
    "404, ACCOUNT",
    "408, UNKNOWN",
    "422, REQUEST_FOR_GOOD",
    "429, NOBODY",
    "500, UNKNOWN",
    "502, UNKNOWN",
    "503, NOBODY",
    "504, UNKNOWN"
  })
  void whatAStatusSaysOfASubmission(int status, Whose whose) {
    fal.attachFault(Surface.SUBMIT, Fault.typed(status, "no such luck", "some_type"), 1);
    submit();
    assertThat(failed().failure().whose()).isEqualTo(whose);
    assertThat(failed().failure().reason()).contains("HTTP " + status, "no such luck");
    assertThat(failed().error()).isEqualTo("some_type");
  }

  @Test
  void whatCouldNotBeSentIsKnownNotToBeThere() {
    fal.stop();
    submit();
    assertThat(failed().failure().whose()).isEqualTo(Whose.NOBODY);
    assertThat(failed().error()).isEqualTo("CONNECTION");
  }

  @Test
  void aHandshakeThatTakesTooLongIsNoConnection() throws Exception {
    limit = Duration.ofMillis(200);
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      post(HttpUrl.get("https://127.0.0.1:" + silent.getLocalPort() + "/o/a"), Map.of());
    }
    assertThat(failed().failure().whose()).isEqualTo(Whose.NOBODY);
    assertThat(failed().failure().reason()).contains("no connection in time");
  }

  @Test
  void whatBreaksWhileItIsAnsweredMayBeThere() {
    fal.attachFault(Surface.SUBMIT, Fault.RESET_BEFORE_HEADERS, 1);
    submit();
    assertThat(failed().failure().whose()).isEqualTo(Whose.UNKNOWN);
    assertThat(received()).hasSize(1);
  }

  @Test
  void aSubmissionIsPostedOnceWithTheKeyAndItsHeaders() {
    submit();
    assertThat(sequence()).containsExactly("Answered");
    assertThat(outputs().get(0).path("request_id").asText()).isEqualTo(fal.submittedIds().get(0));
    assertThat(received()).hasSize(1);
    assertThat(received().get(0).headers().get("x-fal-queue-priority")).isEqualTo("low");
    assertThat(signals.toString()).doesNotContain(KEY);
  }

  @Test
  void whatTheUrlAsksForIsNotSaidBack() {
    String webhook = "https://example.com/hook?signature=not-a-real-one";
    HttpUrl url =
        APP.at(HttpUrl.get(fal.queueUrl()), "")
            .newBuilder()
            .addQueryParameter("fal_webhook", webhook)
            .build();
    String echo = "cannot call " + webhook + " as in ?" + url.encodedQuery() + " with " + KEY;
    fal.attachFault(Surface.SUBMIT, Fault.status(422, echo), 1);
    post(url, Map.of());
    assertThat(failed().failure().reason())
        .isEqualTo("HTTP 422: cannot call [hidden] as in ?[hidden] with [hidden]");
  }

  private List<ReceivedRequest> received() {
    return fal.receivedRequests().stream()
        .filter(request -> request.surface() == Surface.SUBMIT)
        .toList();
  }

  private void stream(StreamApp app) {
    fal.registerStreamApp(APP.value(), app);
    post(APP.at(HttpUrl.get(fal.runUrl()), "/stream"), Map.of());
  }

  private void stream(String text) {
    answer(200, Map.of("Content-Type", "text/event-stream"), text);
  }

  private void answer(int status, Map<String, String> headers, String body) {
    fal.attachFault(APP.value(), Surface.HTTP_STREAM, Fault.reply(status, headers, body), 1);
    stream(StreamApp.echo());
  }

  private void submit() {
    HttpUrl url = APP.at(HttpUrl.get(fal.queueUrl()), "");
    post(url, Map.of("x-fal-queue-priority", "low"));
  }

  private void post(HttpUrl url, Map<String, String> headers) {
    FalSettings settings =
        new FalSettings(FalCredentials.ofKey(KEY), url, url, url, limit, limit, null, null);
    http = new FalHttp(settings, "calls-test", 4);
    new FalCalls(settings, http, sink, rules)
        .post(FalHost.RUN, url, headers, ByteString.encodeUtf8("{\"p\":1}"));
    await().until(() -> signals.stream().anyMatch(s -> !(s instanceof CallSignal.Event)));
  }

  private List<String> sequence() {
    return signals.stream().map(signal -> signal.getClass().getSimpleName()).toList();
  }

  private CallSignal.Failed failed() {
    return (CallSignal.Failed) signals.get(signals.size() - 1);
  }

  private List<JsonNode> outputs() {
    return signals.stream()
        .map(
            signal ->
                signal instanceof CallSignal.Event event
                    ? event.json()
                    : signal instanceof CallSignal.Answered answered ? answered.json() : null)
        .filter(Objects::nonNull)
        .toList();
  }
}
