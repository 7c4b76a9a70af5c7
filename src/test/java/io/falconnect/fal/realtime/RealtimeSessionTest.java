// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static io.falconnect.fal.realtime.RealtimeScene.APP;
import static io.falconnect.fal.realtime.RealtimeScene.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.jackson.dataformat.MessagePackFactory;

class RealtimeSessionTest {
  private static final ObjectMapper MSGPACK = new ObjectMapper(new MessagePackFactory());

  private final RealtimeScene scene = new RealtimeScene();
  private final RealtimeRecorder sink = new RealtimeRecorder();

  @AfterEach
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @EnumSource(RealtimeEncoding.class)
  void inputsAreSentAndOutputsAreRead(RealtimeEncoding encoding) throws Exception {
    scene.encoding = encoding;
    app(RealtimeApp.builder().images(true).partialFrames(true).timings(true));
    RealtimeSession session = scene.open(sink);
    String prompt = "\u00fc\u20ac".repeat(2_000);
    assertThat(session.send(scene.input("{\"request_id\":\"1\",\"prompt\":\"" + prompt + "\"}")))
        .isTrue();
    sink.awaitCount(RealtimeSignal.Timings.class, 1);
    assertThat(sink.sequence()).containsExactly("Opened", "Output", "Timings");
    JsonNode output = sink.outputs().get(0);
    assertThat(output.at("/echo/prompt").asText()).isEqualTo(prompt);
    assertThat(output.at("/images/0/content").textValue()).isEqualTo("/9j/AAECAw==");
    assertThat(scene.fal.realtimeApp(APP).inputs()).hasSize(1);
    await().until(() -> session.queuedBytes() == 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = RealtimeApp.Encoding.class,
      names = {"JSON", "MSGPACK"})
  void bothKindsOfFramesAreUnderstood(RealtimeApp.Encoding encoding) throws Exception {
    app(RealtimeApp.builder().encoding(encoding));
    RealtimeSession session = scene.open(sink);
    for (int i = 0; i < 3; i++) {
      session.send(scene.input("{\"n\":" + i + "}"));
      sink.awaitCount(RealtimeSignal.Output.class, i + 1);
    }
    assertThat(sink.outputs())
        .extracting(json -> json.at("/echo/n").asInt())
        .containsExactly(0, 1, 2);
  }

  @Test
  void anInputOfMegabytesComesBack() throws Exception {
    RealtimeSession session = scene.open(sink);
    session.send(scene.input("{\"blob\":\"" + "0123456789abcdef".repeat(400_000) + "\"}"));
    sink.awaitCount(RealtimeSignal.Output.class, 1);
    assertThat(sink.outputs().get(0).at("/echo/blob").asText()).hasSize(6_400_000);
  }

  @Test
  void whatTheQueueCannotHoldIsRefusedAndTheSessionGoesOn() throws Exception {
    RealtimeSession session = scene.open(sink);
    ByteString tooLarge = ByteString.of(new byte[RealtimeSession.MAX_PAYLOAD_BYTES + 1]);
    assertThat(session.send(tooLarge)).isFalse();
    session.send(scene.input("{}"));
    sink.awaitCount(RealtimeSignal.Output.class, 1);
  }

  @Test
  void aTimeoutIsAnOrderlyEnd() {
    scene.open(sink);
    handle().sendTimeout();
    assertThat(sink.awaitEnd()).isEqualTo(Ends.timedOut("TIMEOUT: No message received in time"));
    assertThat(sink.sequence()).containsExactly("Opened", "Ended");
    await().until(() -> scene.fal.openSessions() == 0);
  }

  @Test
  void anErrorOfTheAppIsReportedInItsWords() {
    RealtimeSession session = scene.open(sink);
    assertThat(session.isOver()).isFalse();
    handle().sendInternalError("bad " + KEY + " and simulated-token-1 \n" + "x".repeat(5_000));
    SessionEnd end = sink.awaitEnd();
    assertThat(end.failure().whose()).isEqualTo(FalFailure.Whose.REQUEST_FOR_NOW);
    assertThat(end.failure().errorType()).isEqualTo("INTERNAL_ERROR");
    assertThat(end.reason())
        .startsWith("INTERNAL_ERROR: bad [hidden] and [hidden] xxx")
        .hasSizeLessThan(1_000);
    assertThat(session.send(ByteString.encodeUtf8("{}"))).isFalse();
    assertThat(session.isOver()).isTrue();
  }

  @Test
  void controlFramesAreUnderstoodInBinaryToo() throws Exception {
    scene.open(sink);
    say("{\"type\":\"x-fal-message\",\"action\":\"timings\"}");
    say("{\"type\":\"x-fal-message\",\"action\":\"other\"}");
    say("{\"type\":\"x-fal-error\",\"error\":\"TIMEOUT\"}");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.timedOut("TIMEOUT"));
    assertThat(sink.sequence()).containsExactly("Opened", "Timings", "Ended");
  }

  @Test
  void whatComesAfterAnEndIsDropped() {
    scene.open(sink);
    handle()
        .sendFrame("{\"type\":\"x-fal-error\",\"error\":\"E\",\"reason\":{\"a\":1}}")
        .sendFrame("{}")
        .sendFrame("{")
        .sendFrame("{\"type\":\"x-fal-message\",\"action\":\"timings\"}")
        .sendFrame("{\"type\":\"x-fal-error\",\"error\":\"TIMEOUT\"}");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.appFailed("E", "{\"a\":1}"));
    assertThat(sink.sequence()).containsExactly("Opened", "Ended");
    await().until(() -> scene.fal.openSessions() == 0);
  }

  /** The official client takes no such frame for an output either. */
  @Test
  void anErrorStatusWithoutARequestIdEndsTheSession() {
    scene.open(sink);
    handle().sendFrame("{\"status\":\"error\",\"error\":\"NSFW\",\"reason\":\"blocked\"}");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.appFailed("NSFW", "blocked"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\":\"error\",\"error\":\"e\",\"request_id\":\"r\"}",
        "[]",
        "7",
        "null",
        "\"x-fal-error\"",
        "{\"type\":7}",
        "{\"status\":\"error\"}"
      })
  void anyOtherValueIsAnOutput(String json) throws Exception {
    send(handle().hold());
    handle().sendFrame(json);
    sink.awaitCount(RealtimeSignal.Output.class, 1);
    assertThat(sink.outputs()).hasToString("[" + json + "]");
  }

  @Test
  void anUndecodableFrameIsReportedAndTheSessionGoesOn() throws Exception {
    RealtimeSession session = scene.open(sink);
    handle().sendFrame(new byte[] {(byte) 0xc1});
    session.send(scene.input("{}"));
    sink.awaitCount(RealtimeSignal.Output.class, 1);
    assertThat(sink.sequence()).containsExactly("Opened", "Undecodable", "Output");
    assertThat(sink.signals().toString()).contains("binary frame: not MessagePack");
  }

  @Test
  void textThatIsNotJsonIsNoOutput() throws Exception {
    send(handle().hold());
    handle()
        .sendFrame("not" + KEY)
        .sendFrame("")
        .sendFrame("ping".getBytes(StandardCharsets.UTF_8))
        .sendFrame("{\"a\":");
    sink.awaitCount(RealtimeSignal.PassedOver.class, 4);
    assertThat(sink.sequence())
        .containsExactly("Opened", "PassedOver", "PassedOver", "PassedOver", "PassedOver");
    assertThat(sink.signals().toString())
        .contains("text frame: not JSON", "text frame: empty", "binary frame: not JSON")
        .doesNotContain(KEY);
  }

  @Test
  void aFrameBeforeTheFirstInputIsNoOutput() throws Exception {
    app(RealtimeApp.builder().greets("{\"type\":\"ready\"}", Duration.ZERO));
    RealtimeSession session = scene.open(sink);
    sink.awaitCount(RealtimeSignal.PassedOver.class, 1);
    session.send(scene.input("{}"));
    sink.awaitCount(RealtimeSignal.Output.class, 1);
    assertThat(sink.sequence()).containsExactly("Opened", "PassedOver", "Output");
    assertThat(sink.outputs().get(0).has("echo")).isTrue();
  }

  @Test
  void aFrameThatTheUserNamesIsNoOutput() throws Exception {
    scene.ignored =
        List.of(
            FramePattern.parse("/type=ready"),
            FramePattern.parse("/n/0 = 7"),
            FramePattern.parse("=ping"));
    send(handle().hold());
    handle().sendFrame("{\"type\":\"ready\"}").sendFrame("{\"n\":[7]}").sendFrame("\"ping\"");
    handle().sendFrame("{\"type\":\"other\"}");
    sink.awaitCount(RealtimeSignal.Output.class, 1);
    assertThat(sink.sequence()).containsExactly("Opened", "Output");
    assertThat(sink.outputs()).hasToString("[{\"type\":\"other\"}]");
  }

  @Test
  void jsonInBinaryFramesIsUnderstood() throws Exception {
    app(RealtimeApp.builder().encoding(RealtimeApp.Encoding.JSON_BINARY));
    scene.open(sink).send(scene.input("{\"n\":[1, 2.5]}"));
    sink.awaitCount(RealtimeSignal.Output.class, 1);
    assertThat(sink.outputs().get(0).at("/echo/n")).hasToString("[1,2.5]");
  }

  @Test
  void aBrokenConnectionIsLost() {
    scene.open(sink);
    handle().resetConnections();
    assertThat(sink.awaitEnd()).isEqualTo(Ends.lost(sink.awaitEnd().reason()));
    assertThat(sink.sequence()).containsExactly("Opened", "Ended");
  }

  @Test
  void halfAMessageIsNoOutput() throws Exception {
    scene.fal.attachFault(APP, Surface.REALTIME, Fault.RESET_MID_EVENT, 1);
    scene.open(sink).send(scene.input("{}"));
    assertThat(sink.awaitEnd()).isEqualTo(Ends.lost(sink.awaitEnd().reason()));
    assertThat(sink.sequence()).containsExactly("Opened", "Ended");
  }

  @ParameterizedTest
  @ValueSource(ints = {1008, 3000, 4403})
  void aCloseThatRefusesTheSessionIsToldApartUntilTheAppHasAnswered(int code) throws Exception {
    RealtimeSession session = scene.open(sink);
    handle().closeSessions(code, "simulated-token-1");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.refused("closed by fal: " + code + " [hidden]"));
    assertThat(session.isOver()).isTrue();

    RealtimeRecorder later = new RealtimeRecorder();
    scene.open(later).send(scene.input("{}"));
    later.awaitCount(RealtimeSignal.Output.class, 1);
    handle().closeSessions(code, "");
    assertThat(later.awaitEnd()).isEqualTo(Ends.broken("closed by fal: " + code));
  }

  @ParameterizedTest
  @ValueSource(ints = {1002, 1011, 4001})
  void aCloseOfFalsWithAnotherCodeIsLost(int code) {
    scene.open(sink);
    handle().closeSessions(code, "simulated-token-1");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.broken("closed by fal: " + code + " [hidden]"));
    await().until(() -> scene.fal.openSessions() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1012, 1013})
  void closeCodesOfAServerThatStopsAreAnEndOfTheirOwn(int code) {
    scene.open(sink);
    handle().closeSessions(code, "simulated-token-1");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.goneAway("closed by fal: " + code + " [hidden]"));
  }

  @Test
  void aNormalCloseIsAnOrderlyEnd() {
    scene.open(sink);
    handle().closeSessions(1000, "simulated-token-1");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.closed("closed by fal: 1000 [hidden]"));
  }

  @Test
  void theServerMayCloseAfterItsLastOutput() throws Exception {
    app(RealtimeApp.builder().mode(RealtimeApp.Mode.SERVER_STREAMING).outputs(3));
    scene.open(sink).send(scene.input("{}"));
    assertThat(sink.awaitEnd()).isEqualTo(Ends.closed("closed by fal: 1000"));
    assertThat(sink.sequence()).containsExactly("Opened", "Output", "Output", "Output", "Ended");
  }

  @Test
  void whatWasSentBeforeACloseArrives() throws Exception {
    RealtimeSession session = scene.open(sink);
    for (int i = 0; i < 100; i++) {
      session.send(scene.input("{\"n\":" + i + "}"));
    }
    session.close("the task stops");
    session.close("another reason");
    assertThat(session.send(scene.input("{}"))).isFalse();
    assertThat(sink.awaitEnd()).isEqualTo(Ends.closedHere("the task stops"));
    await().until(() -> scene.fal.openSessions() == 0);
    assertThat(handle().inputs()).hasSize(100);
    assertThat(sink.sequence()).containsOnlyOnce("Ended").endsWith("Ended");
  }

  @Test
  void aPeerThatDoesNotCloseIsNotWaitedFor() throws Exception {
    scene.fal.attachFault(APP, Surface.REALTIME, Fault.DEAD_PEER, 1);
    RealtimeSession session = scene.open(sink);
    String large = "{\"blob\":\"" + "0123456789abcdef".repeat(800_000) + "\"}";
    session.send(scene.input(large));
    session.close("not wanted");
    // OkHttp itself would wait for a minute, which is longer than this waits.
    assertThat(sink.awaitEnd()).isEqualTo(Ends.closedHere("not wanted"));
  }

  @Test
  void aDeadPeerIsNoticed() {
    scene.idleTimeout = Duration.ofSeconds(1);
    scene.fal.attachFault(APP, Surface.REALTIME, Fault.DEAD_PEER, 1);
    scene.open(sink);
    assertThat(sink.awaitEnd()).isEqualTo(Ends.lost(sink.awaitEnd().reason()));
    assertThat(sink.awaitEnd().reason()).contains("pong");
  }

  @Test
  void aSilentSessionOutlivesTheTimeItsOpeningMayTake() throws Exception {
    scene.connectTimeout = Duration.ofMillis(500);
    scene.idleTimeout = Duration.ofMillis(500);
    RealtimeSession session = scene.open(sink);
    await().during(Duration.ofMillis(2_500)).until(() -> sink.sequence().equals(List.of("Opened")));
    session.send(scene.input("{}"));
    sink.awaitCount(RealtimeSignal.Output.class, 1);
  }

  @Test
  void aSessionWhoseOutputsAreNotTakenEnds() throws Exception {
    sink.fillUp();
    scene.open(sink).send(scene.input("{}"));
    assertThat(sink.awaitEnd()).isEqualTo(Ends.closedHere(sink.awaitEnd().reason()));
    assertThat(sink.awaitEnd().reason()).contains("not taken");
    await().until(() -> scene.fal.openSessions() == 0);
  }

  /** Whatever an app says without end has a bound on what it takes here. */
  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"type\":\"x-fal-message\",\"action\":\"timings\"}"})
  void aSessionWhoseOtherFramesAreNotTakenEnds(String frame) {
    sink.fillUp();
    scene.open(sink);
    handle().sendFrame(frame);
    assertThat(sink.awaitEnd().reason()).contains("not taken");
  }

  @Test
  void theEndDoesNotOvertakeAnOutputThatWaits() throws Exception {
    scene.idleTimeout = Duration.ofMillis(100);
    RealtimeSession session = scene.open(sink);
    CountDownLatch room = sink.hold();
    session.send(scene.input("{}"));
    await().until(() -> scene.fal.openSessions() == 0);
    assertThat(sink.sequence()).containsExactly("Opened");
    room.countDown();
    assertThat(sink.awaitEnd().reason()).contains("not taken");
    assertThat(sink.sequence()).containsExactly("Opened", "Output", "Ended");
  }

  @Test
  void closingTheClientEndsTheSession() {
    scene.open(sink);
    scene.clients.forEach(FalHttp::close);
    sink.awaitEnd();
    assertThat(sink.sequence()).containsExactly("Opened", "Ended");
  }

  /** Sends an input on a session of its own, and waits until the app has it. */
  private void send(RealtimeHandle app) throws Exception {
    scene.open(sink).send(scene.input("{}"));
    await().until(() -> app.inputCount() == 1);
  }

  private RealtimeHandle handle() {
    return scene.fal.realtimeApp(APP);
  }

  private void app(RealtimeApp.Builder app) {
    scene.fal.registerRealtimeApp(APP, app.build());
  }

  private void say(String json) throws Exception {
    handle().sendFrame(MSGPACK.writeValueAsBytes(new ObjectMapper().readTree(json)));
  }
}
