// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static io.falconnect.fal.realtime.RealtimeScene.APP;
import static io.falconnect.fal.realtime.RealtimeScene.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.PlatformHeaders;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import okhttp3.Request;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeOpeningTest {
  private RealtimeScene scene = new RealtimeScene();
  private final RealtimeRecorder sink = new RealtimeRecorder();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aTokenOpensASession() {
    scene.maxBuffering = OptionalInt.of(5);
    scene.open(sink);
    ReceivedRequest upgrade = last();
    assertThat(upgrade.path()).isEqualTo("/" + APP + "/realtime");
    assertThat(upgrade.query()).isEqualTo("fal_jwt_token=simulated-token-1&max_buffering=5");
    assertThat(upgrade.headers()).doesNotContainKey("authorization");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void headersAreSentToTheHostThatCanBeReached(boolean byToken) {
    scene.tokenLife = byToken ? scene.tokenLife : Optional.empty();
    scene.headers = new PlatformHeaders(Map.of("x-fal-tags", "team=a"));
    scene.firstHostsRefuse = true;
    scene.open(sink);
    assertThat(last().headers()).containsEntry("x-fal-tags", "team=a");
  }

  @Test
  void theKeyItselfOpensASession() {
    scene.tokenLife = Optional.empty();
    scene.open(sink);
    assertThat(last().query()).isNull();
    assertThat(last().headers()).containsEntry("authorization", "Key " + KEY);
    assertThat(scene.fal.tokensMinted()).isZero();
  }

  @Test
  void aPublicAppNeedsNeitherTokenNorKey() {
    scene.key = null;
    scene.fal.setApiKey(null);
    RealtimeSessions sessions = scene.sessions(sink);
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    assertThat(last().query()).isNull();
    assertThat(last().headers()).doesNotContainKey("authorization");
    assertThat(sessions.tokensMinted()).isZero();
  }

  @Test
  void anEndpointThatEndsInThePathGetsNoSecondPath() {
    scene.sessions(APP + "/realtime", "/realtime", sink).open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    assertThat(last().path()).isEqualTo("/" + APP + "/realtime");
  }

  @Test
  void sessionsShareAToken() {
    RealtimeSessions sessions = scene.sessions(sink);
    sessions.open(scene.encoding);
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 2);
    assertThat(sessions.tokensMinted()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aTokenRefusedAtTheOpeningIsDiscarded(int status) {
    RealtimeSessions sessions = scene.sessions(sink);
    scene.fal.attachFault(
        APP, Surface.REALTIME, Fault.status(status, "token simulated-token-1"), 1);
    sessions.open(scene.encoding);
    assertThat(sink.awaitEnd()).isEqualTo(Ends.tokenRefused("HTTP " + status + ": token [hidden]"));
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    assertThat(sessions.tokensMinted()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Unauthorized", "Forbidden", "unauthorized"})
  void anErrorOfTheTokenIsNoErrorOfAnInput(String word) {
    scene.sessions(sink).open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    String frame = "{\"status\":\"error\",\"error\":\"" + word + "\"}";
    scene.fal.realtimeApp(APP).sendFrame(frame).closeSessions(1008, "");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.tokenRefused(word));
  }

  @Test
  void aTokenRefusedOnAnOpenSessionIsDiscarded() {
    RealtimeSessions sessions = scene.sessions(sink);
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    scene.fal.expireTokens();
    scene.fal.realtimeApp(APP).sendUnauthorized();
    assertThat(sink.awaitEnd()).isEqualTo(Ends.tokenRefused("Unauthorized"));
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 2);
    assertThat(sessions.tokensMinted()).isEqualTo(2);
    assertThat(sink.sequence()).containsExactly("Opened", "Ended", "Opened");
  }

  @Test
  void theTokenOfASessionThatIsClosedAsRefusedIsDiscarded() {
    RealtimeSessions sessions = scene.sessions(sink);
    scene.fal.realtimeApp(APP).refuseSessions(1, 1008, "Forbidden");
    sessions.open(scene.encoding);
    assertThat(sink.awaitEnd()).isEqualTo(Ends.refused("closed by fal: 1008 Forbidden"));
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 2);
    assertThat(sessions.tokensMinted()).isEqualTo(2);
  }

  @Test
  void aKeyRefusedIsDenied() {
    scene.tokenLife = Optional.empty();
    assertThat(refusal(Fault.status(403, "not " + KEY)))
        .isEqualTo(
            new FalFailure(Whose.ACCOUNT, Cause.DENIED, "HTTP 403: not [hidden]", 403, null, null));
  }

  @Test
  void eachStatusOfARefusalSaysWhoseFailureItIs() {
    assertThat(refusal(Fault.NOT_FOUND)).extracting(FalFailure::whose).isEqualTo(Whose.ACCOUNT);
    assertThat(refusal(Fault.retryAfterSeconds(7)))
        .isEqualTo(
            new FalFailure(
                Whose.NOBODY,
                Cause.RATE_LIMIT,
                "HTTP 429: slow",
                429,
                null,
                Duration.ofSeconds(7)));
    assertThat(refusal(Fault.UNAVAILABLE)).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(refusal(Fault.UNPROCESSABLE))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.REQUEST_FOR_GOOD);
    assertThat(refusal(Fault.redirect(scene.fal.runUrl())))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
    assertThat(refusal(Fault.reply(200, Map.of(), "{}")))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
    assertThat(refusal(Fault.resetAfter(-1))).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
  }

  @Test
  void withoutATokenThereIsNoSession() {
    scene.key = "another-key";
    scene.sessions(sink).open(scene.encoding);
    assertThat(sink.awaitEnd())
        .isEqualTo(
            Ends.notOpened(
                new FalFailure(
                    Whose.ACCOUNT,
                    Cause.DENIED,
                    "token: HTTP 401: Invalid credentials",
                    401,
                    null,
                    null)));
    assertThat(sink.sequence()).containsExactly("Ended");
  }

  @Test
  void aRefusedConnectionIsNobodysFailure() {
    scene.tokenLife = Optional.empty();
    scene.fal.stop();
    scene.sessions(sink).open(scene.encoding);
    assertThat(sink.awaitEnd().failure()).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
  }

  @Test
  void aClosedClientOpensNothing() {
    for (Optional<Duration> life : List.of(scene.tokenLife, Optional.<Duration>empty())) {
      RealtimeRecorder own = new RealtimeRecorder();
      scene.tokenLife = life;
      RealtimeSessions sessions = scene.sessions(own);
      scene.clients.forEach(FalHttp::close);
      sessions.open(scene.encoding);
      assertThat(own.awaitEnd()).extracting(SessionEnd::how).isEqualTo(SessionEnd.How.NOT_OPENED);
      assertThat(own.sequence()).containsExactly("Ended");
    }
  }

  @Test
  void aSessionEndsIfThereIsNoThreadToOpenItOn() {
    RealtimeSession session =
        new RealtimeSession(
            sink, RealtimeEncoding.JSON, List.of(), FalCredentials.NONE, token -> {});
    Request request = new Request.Builder().url(scene.fal.runUrl()).build();
    session.connect(scene.withoutThreads(), request, null);
    assertThat(sink.awaitEnd().reason()).isEqualTo("InternalError: no thread");
    assertThat(sink.sequence()).containsExactly("Ended");
  }

  @Test
  void anOpeningThatIsNotAnsweredIsBounded() {
    scene.connectTimeout = Duration.ofMillis(200);
    scene.idleTimeout = Duration.ofMillis(200);
    assertThat(refusal(Fault.SILENT_BEFORE_HEADERS))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
  }

  @Test
  void sessionsBeyondTheLimitOfTheAccountAreRefused() {
    scene.close();
    scene =
        new RealtimeScene(
            FalSimulator.start(
                SimulatorConfig.builder().apiKey(KEY).realtimeSessionLimit(1).build()));
    RealtimeSessions sessions = scene.sessions(sink);
    RealtimeSession first = sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    sessions.open(scene.encoding);
    assertThat(sink.awaitEnd().reason()).contains("HTTP 429");
    first.close("over");
    sink.awaitCount(RealtimeSignal.Ended.class, 2);
    await().until(() -> scene.fal.openSessions() == 0);
    sessions.open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSessionClosedAtOnceEndsOnce(boolean byToken) {
    scene.tokenLife = byToken ? scene.tokenLife : Optional.empty();
    scene.sessions(sink).open(scene.encoding).close("at once");
    assertThat(sink.awaitEnd()).isEqualTo(Ends.closedHere("at once"));
    await().until(() -> scene.fal.openSessions() == 0);
    assertThat(sink.sequence()).containsOnlyOnce("Ended").endsWith("Ended");
  }

  @Test
  void aSessionClosedWhileItsTokenIsMintedEndsAtOnce() {
    scene.fal.attachFault(Surface.TOKENS, Fault.SILENT_BEFORE_HEADERS, 1);
    RealtimeSession session = scene.sessions(sink).open(scene.encoding);
    session.close("not wanted");
    assertThat(sink.sequence()).containsExactly("Ended");
    assertThat(session.queuedBytes()).isZero();
    assertThat(session.send(ByteString.encodeUtf8("{}"))).isFalse();
  }

  @Test
  void anOpeningMayTakeAsLongAsAColdStart() {
    scene.connectTimeout = Duration.ofMillis(500);
    scene.idleTimeout = Duration.ofMillis(500);
    scene.coldStart = Duration.ofSeconds(20);
    scene.fal.registerRealtimeApp(
        APP, RealtimeApp.builder().handshake(Duration.ofMillis(1_500)).build());
    scene.sessions(sink).open(scene.encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
  }

  private FalFailure refusal(Fault fault) {
    RealtimeRecorder own = new RealtimeRecorder();
    scene.fal.attachFault(APP, Surface.REALTIME, fault, FalSimulator.ALWAYS);
    scene.sessions(own).open(scene.encoding);
    SessionEnd end = own.awaitEnd();
    scene.fal.clearFaults();
    assertThat(own.sequence()).containsExactly("Ended");
    return end.failure();
  }

  private ReceivedRequest last() {
    return scene.fal.receivedRequests().get(scene.fal.receivedRequests().size() - 1);
  }
}
