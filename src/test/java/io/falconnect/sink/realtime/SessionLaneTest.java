// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.sink.DeafPeer;
import io.falconnect.sink.Warnings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of one lane, and what becomes of its inputs. */
class SessionLaneTest {
  private static final Duration MOST_OF_A_MINUTE = Duration.ofSeconds(40);
  private static final String[] SENT = {
    "realtime.completion", "sent", "fal.api.key", "k", "realtime.session.idle.ms", "3600000"
  };

  private static final byte[] UNREADABLE = {(byte) 0xc1};

  private SessionLaneScene lane;

  @AfterEach
  void close() {
    lane.close();
  }

  /** Only the minute that sessions may fail for can end an input. */
  private void startAndAwaitResultsForLong() {
    start(
        RealtimeApp.builder(),
        "fal.retry.timeout.ms",
        "60000",
        "realtime.result.timeout.ms",
        "3600000");
  }

  private void start(RealtimeApp.Builder app, String... config) {
    lane = new SessionLaneScene(app, config);
  }

  private static RealtimeApp.Builder withoutIds() {
    return RealtimeApp.builder().echoesRequestId(false);
  }

  @ParameterizedTest
  @CsvSource({"ANYTHING, 1", "BINARY, 2", "MSGPACK, 2", "JSON_BINARY, 3"})
  void theEncodingIsFoundOut(RealtimeApp.Reads reads, int sessions) throws Exception {
    start(withoutIds().reads(reads), "realtime.encoding", "auto", "realtime.max.attempts", "1");
    lane.send("a", "b", "c");
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.outputs).containsExactly("a: a", "b: b", "c: c");
    assertThat(lane.app.sessionsOpened()).isEqualTo(sessions);
    lane.app.sendTimeout();
    lane.awaitClosed();
    lane.send("d");
    lane.proceedUntil(() -> lane.outputs.size() == 4);
    assertThat(lane.app.sessionsOpened()).isEqualTo(sessions + 1);
  }

  @Test
  void anInputThatIsRefusedInEveryEncodingFails() throws Exception {
    start(
        RealtimeApp.builder().onlyFields("prompt"),
        "realtime.encoding",
        "auto",
        "realtime.max.attempts",
        "1");
    lane.send("a");
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("a: INTERNAL_ERROR");
    assertThat(lane.app.sessionsOpened()).isEqualTo(SessionEncoding.CHOICES + 1);
    assertThat(lane.reasons.get(0)).contains("realtime.encoding", "realtime.send.request.id=false");
  }

  @Test
  void theNewestInputMayBeTheOneThatTheAppCannotRead() throws Exception {
    start(
        RealtimeApp.builder().work(Duration.ofMillis(100)),
        "realtime.max.attempts",
        "1",
        "errors.tolerance",
        "all");
    lane.send("a");
    lane.sendInvalid("b");
    lane.send("c");
    lane.proceedUntil(() -> lane.outputs.size() == 2 && !lane.failed.isEmpty());
    assertThat(lane.outputs).containsExactly("a: a", "c: c");
    assertThat(lane.failed).containsExactly("b: INTERNAL_ERROR");
  }

  @Test
  void theFirstInputOfASessionMayWaitForAColdRunner() throws Exception {
    start(
        RealtimeApp.builder(),
        "realtime.first.result.timeout.ms",
        "120000",
        "realtime.max.attempts",
        "1");
    lane.app.hold();
    lane.send("a");
    lane.awaitInputs(1);
    lane.later(Duration.ofSeconds(100));
    lane.proceed();
    lane.app.release();
    lane.proceedUntil(() -> lane.outputs.size() == 1);
    lane.app.hold();
    lane.send("b");
    lane.awaitInputs(2);
    lane.later(Duration.ofSeconds(61));
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("b: TIMEOUT");
    assertThat(lane.reasons.get(0)).contains("not answered within 60000 ms");
  }

  @Test
  void aGreetingThatIsNamedAnswersNoInput() throws Exception {
    Duration soon = Duration.ofMillis(60);
    start(
        withoutIds().greets("{\"type\":\"ready\"}", soon).work(Duration.ofMillis(200)),
        "realtime.ignore",
        "/type=ready");
    lane.send("a", "b", "c");
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.outputs).containsExactly("a: a", "b: b", "c: c");
  }

  @Test
  void heartbeatsAnswerNoInput() throws Exception {
    Duration often = Duration.ofMillis(20);
    start(
        withoutIds().heartbeats("ping", often).work(Duration.ofMillis(200)),
        "realtime.max.attempts",
        "1");
    lane.send("a", "b", "c");
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.outputs).containsExactly("a: a", "b: b", "c: c");
    assertThat(lane.app.sessionsOpened()).isEqualTo(1);
  }

  @Test
  void theErrorOfAnAppThatRefusesTheIdNamesTheKey() throws Exception {
    start(RealtimeApp.builder().onlyFields("prompt"), "realtime.max.attempts", "1");
    lane.send("a");
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.reasons.get(0))
        .contains("Extra inputs are not permitted", "realtime.send.request.id=false");
  }

  @Test
  void withoutIdsAnUndecodableFrameEndsTheSession() throws Exception {
    start(withoutIds());
    lane.app.hold();
    lane.send("a", "b", "c");
    lane.awaitInputs(2);
    lane.app.sendFrame(UNREADABLE).release();
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.outputs).containsExactly("a: a", "b: b", "c: c");
    assertThat(lane.app.sessionsOpened()).isEqualTo(2);
  }

  @Test
  void anInputWhoseOutputIsNeverDecodableFails() throws Exception {
    start(withoutIds(), "realtime.max.attempts", "2");
    lane.app.hold();
    lane.send("a");
    lane.awaitInputs(1);
    lane.app.sendFrame(UNREADABLE);
    lane.awaitInputs(2);
    lane.app.sendFrame(UNREADABLE);
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("a: MALFORMED");
    assertThat(lane.reasons.get(0)).contains("not MessagePack").doesNotContain("never answered");
  }

  @Test
  void withIdsAnUndecodableFrameIsIgnored() throws Exception {
    start(RealtimeApp.builder());
    lane.send("a");
    lane.proceedUntil(() -> lane.outputs.size() == 1);
    lane.app.hold();
    lane.send("b", "c");
    lane.awaitInputs(3);
    lane.app.sendFrame(UNREADABLE).release();
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.app.sessionsOpened()).isEqualTo(1);
  }

  @Test
  void anAppThatEchoesNoIdsAnyMoreIsFoundOut() throws Exception {
    start(RealtimeApp.builder(), "realtime.session.idle.ms", "1");
    lane.send("a");
    lane.proceedUntil(() -> lane.outputs.size() == 1);
    lane.awaitClosed();
    lane.behaves(withoutIds());
    lane.send("b");
    lane.awaitInputs(2);
    lane.later(MOST_OF_A_MINUTE);
    lane.proceed();
    assertThat(lane.outputs).hasSize(1);
    lane.later(MOST_OF_A_MINUTE);
    lane.proceedUntil(() -> lane.outputs.size() == 2);
    assertThat(lane.outputs).endsWith("b: b");
  }

  @Test
  void ofTwoInputsWithOneIdEachHasItsOutput() throws Exception {
    start(RealtimeApp.builder());
    lane.app.hold();
    lane.send("a", "a");
    lane.awaitInputs(1);
    lane.proceed();
    assertThat(lane.app.inputCount()).isEqualTo(1);
    lane.app.release();
    lane.proceedUntil(() -> lane.outputs.size() == 2);
  }

  @Test
  void withCompletionSentTheSecondRefusalIsFinal() throws Exception {
    start(mute(), SENT);
    sendOnly("a");
    refuse();
    sendOnly("b");
    assertThat(lane.fatal).isEmpty();
    refuse();
    lane.proceedUntil(() -> !lane.fatal.isEmpty());
    assertThat(lane.fatal)
        .singleElement()
        .asString()
        .contains("fal refused a realtime session: Unauthorized", "No input is lost");
  }

  @Test
  void withCompletionSentAnOutputMakesASessionSuccessful() throws Exception {
    start(RealtimeApp.builder(), SENT);
    for (String id : List.of("a", "b", "c")) {
      sendOnly(id);
      lane.proceedUntil(() -> lane.outputs.contains(id + ": " + id));
      refuse();
    }
    assertThat(lane.fatal).isEmpty();
  }

  @Test
  void withCompletionSentALongSessionIsSuccessful() throws Exception {
    start(mute(), SENT);
    for (String id : List.of("a", "b", "c")) {
      sendOnly(id);
      lane.later(Duration.ofMinutes(1));
      lane.proceed();
      refuse();
    }
    assertThat(lane.fatal).isEmpty();
  }

  @Test
  void anErrorOfTheAppIsLoggedEvenIfNoInputWaits() throws Exception {
    start(mute(), SENT);
    try (Warnings warnings = Warnings.of(RealtimeTransport.class)) {
      sendOnly("a");
      lane.app.sendInternalError("out of memory");
      lane.awaitClosed();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("A session ended with 0 inputs unanswered", "out of memory");
    }
  }

  @Test
  void aWrittenInputIsFinishedEvenIfLaterOnesAreNotWritten() throws Exception {
    try (DeafPeer peer = new DeafPeer()) {
      start(mute(), "realtime.completion", "sent", "fal.run.url", peer.url());
      lane.send("a", "b");
      lane.sendLarge("c", 15_000_000);
      lane.proceedUntil(() -> lane.done.contains("b"));
      assertThat(lane.done).containsExactly("a", "b");
    }
  }

  @Test
  void lateOutputsArePublishedAfterARevocation() throws Exception {
    start(mute(), SENT);
    sendOnly("a");
    sendOnly("b");
    lane.revoke();
    lane.app.sendFrame("{\"request_id\":\"a\",\"echo\":{\"request_id\":\"1\"}}");
    lane.proceedUntil(() -> !lane.outputs.isEmpty());
    assertThat(lane.outputs).containsExactly("a: 1");
    lane.later(Duration.ofHours(1));
    lane.awaitClosed();
  }

  @Test
  void anUnusedSessionIsClosedAfterARevocation() throws Exception {
    start(mute(), SENT);
    lane.fault(Surface.REALTIME, Fault.SILENT_BEFORE_HEADERS, 1);
    lane.send("a");
    lane.proceed();
    lane.revoke();
    lane.awaitClosed();
  }

  private void sendOnly(String id) throws Exception {
    lane.send(id);
    lane.proceedUntil(() -> lane.done.contains(id));
  }

  private void refuse() throws Exception {
    lane.app.sendUnauthorized();
    lane.awaitClosed();
  }

  /** Takes all and says nothing. */
  private static RealtimeApp.Builder mute() {
    return RealtimeApp.builder().mode(RealtimeApp.Mode.CLIENT_STREAMING).outputs(1_000);
  }

  @Test
  void theWaitOfAnInputCountsAcrossSessions() throws Exception {
    start(RealtimeApp.builder(), "realtime.max.attempts", "2");
    lane.app.hold();
    lane.send("a");
    for (int session = 1; session <= 3; session++) {
      lane.awaitInputs(session);
      lane.later(MOST_OF_A_MINUTE);
      if (session % 2 == 1) {
        lane.app.sendTimeout();
      }
    }
    // The second session is left, the third one was told, the fourth one is left again.
    lane.awaitInputs(4);
    lane.later(MOST_OF_A_MINUTE);
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("a: TIMEOUT");
    assertThat(lane.reasons.get(0)).contains("not answered within 60000 ms", "MessagePack");
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1012, 1013})
  void aServerThatGoesAwayIsNoInputsFault(int code) throws Exception {
    start(RealtimeApp.builder(), "realtime.max.attempts", "1");
    lane.app.hold();
    lane.send("a", "b");
    for (int session = 1; session <= 3; session++) {
      lane.awaitInputs(2 * session);
      lane.later(MOST_OF_A_MINUTE);
      lane.proceed();
      goAway(code);
    }
    lane.app.release();
    lane.proceedUntil(() -> lane.outputs.size() == 2);
    assertThat(lane.failed).isEmpty();
    assertThat(lane.fatal).isEmpty();
  }

  @Test
  void sessionsThatGoAwayWithoutAnAnswerDoNotCountAsSessions() throws Exception {
    startAndAwaitResultsForLong();
    lane.app.hold();
    lane.send("a");
    for (int session = 1; session <= 3; session++) {
      lane.awaitInputs(session);
      assertThat(lane.failed).isEmpty();
      lane.later(session == 1 ? Duration.ZERO : MOST_OF_A_MINUTE);
      lane.proceed();
      goAway(1013);
    }
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("a: UNAVAILABLE");
    assertThat(lane.reasons.get(0)).contains("no session for more than 60000 ms", "1013");
  }

  @Test
  void aSessionThatGoesAwayAfterAnAnswerCountsAsASession() throws Exception {
    start(RealtimeApp.builder(), "fal.retry.timeout.ms", "60000");
    lane.app.hold();
    lane.send("a", "b");
    lane.awaitInputs(2);
    goAway(1012);
    lane.later(MOST_OF_A_MINUTE);
    lane.awaitInputs(4);
    lane.app.sendFrame("{\"request_id\":\"a\"}");
    lane.proceedUntil(() -> lane.outputs.size() == 1);
    goAway(1012);
    lane.later(MOST_OF_A_MINUTE);
    lane.awaitInputs(5);
    assertThat(lane.failed).isEmpty();
  }

  private void goAway(int code) throws Exception {
    lane.app.closeSessions(code, "");
    lane.awaitClosed();
  }

  @Test
  void sessionsThatAreClosedAsRefusedFailNoInput() throws Exception {
    start(RealtimeApp.builder(), "realtime.max.attempts", "1", "fal.api.key", "k");
    lane.app.refuseSessions(3, 1008, "Forbidden");
    lane.send("a", "b");
    lane.proceedUntil(() -> lane.outputs.size() == 2);
    assertThat(lane.app.sessionsOpened()).isEqualTo(4);
    assertThat(lane.fal.tokensMinted()).isEqualTo(4);
    assertThat(lane.failed).isEmpty();
  }

  @Test
  void sessionsThatAreClosedAsRefusedForTooLongFailTheTask() throws Exception {
    startAndAwaitResultsForLong();
    lane.app.refuseSessions(1_000_000, 4403, "");
    lane.send("a");
    lane.proceedUntil(() -> lane.app.sessionsOpened() >= 2);
    assertThat(lane.failed).isEmpty();
    lane.later(Duration.ofMinutes(2));
    lane.proceedUntil(() -> !lane.fatal.isEmpty());
    assertThat(lane.fatal)
        .singleElement()
        .asString()
        .contains("fal has refused", "for more than 60000 ms", "4403", "No input is lost");
    assertThat(lane.failed).isEmpty();
  }

  @Test
  void anInputThatFailsOnEverySessionFailsAfterTheRetryTimeout() throws Exception {
    start(
        RealtimeApp.builder(),
        "fal.retry.timeout.ms",
        "60000",
        "realtime.max.attempts",
        "1000",
        "errors.tolerance",
        "all");
    lane.app.hold();
    lane.send("a", "b");
    // After the first failure it is sent alone.
    for (int inputs : new int[] {2, 3, 4}) {
      lane.awaitInputs(inputs);
      assertThat(lane.failed).isEmpty();
      lane.app.sendInternalError("out of memory");
      lane.awaitClosed();
      lane.later(MOST_OF_A_MINUTE);
    }
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("a: INTERNAL_ERROR");
    assertThat(lane.reasons.get(0)).startsWith("out of memory");
  }

  @Test
  void inputsWithoutASessionFailAfterTheRetryTimeout() throws Exception {
    start(RealtimeApp.builder(), "fal.retry.timeout.ms", "60000");
    lane.fault(Surface.REALTIME, Fault.UNAVAILABLE, FalSimulator.ALWAYS);
    lane.send("a", "b");
    proceedUntilRefused(2);
    lane.later(MOST_OF_A_MINUTE);
    lane.send("c");
    proceedUntilRefused(4);
    assertThat(lane.failed).isEmpty();
    lane.later(MOST_OF_A_MINUTE);
    lane.proceedUntil(() -> lane.failed.size() == 2);
    assertThat(lane.failed).containsExactly("a: UNAVAILABLE", "b: UNAVAILABLE");
    assertThat(lane.reasons.get(0)).contains("no session for more than 60000 ms", "HTTP 503");
    lane.fal.clearFaults();
    lane.proceedUntil(() -> lane.outputs.size() == 1);
    assertThat(lane.outputs).containsExactly("c: c");
  }

  @Test
  void theRetryTimeoutStartsAgainAfterAWorkingSession() throws Exception {
    startAndAwaitResultsForLong();
    lane.app.hold();
    lane.fault(Surface.REALTIME, Fault.UNAVAILABLE, 1);
    lane.send("a");
    lane.awaitInputs(1);
    lane.later(MOST_OF_A_MINUTE);
    lane.proceed();
    lane.fault(Surface.REALTIME, Fault.UNAVAILABLE, FalSimulator.ALWAYS);
    lane.app.sendTimeout();
    proceedUntilRefused(3);
    lane.later(MOST_OF_A_MINUTE);
    proceedUntilRefused(5);
    assertThat(lane.failed).isEmpty();
    lane.later(MOST_OF_A_MINUTE);
    lane.proceedUntil(() -> !lane.failed.isEmpty());
    assertThat(lane.failed).containsExactly("a: UNAVAILABLE");
  }

  private void proceedUntilRefused(int times) throws Exception {
    lane.proceedUntil(() -> lane.refusals() >= times);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403, 404, 422})
  void whileFalRefusesSessionsNoInputFails(int status) throws Exception {
    start(RealtimeApp.builder(), "errors.tolerance", "all", "realtime.max.attempts", "1");
    lane.fault(Surface.REALTIME, Fault.status(status, "no"), 5);
    assertAllGoOn();
  }

  @Test
  void whileFalRefusesTokensNoInputFails() throws Exception {
    start(RealtimeApp.builder(), "errors.tolerance", "all", "fal.api.key", "k");
    lane.fault(Surface.TOKENS, Fault.FORBIDDEN, 5);
    assertAllGoOn();
  }

  @Test
  void whileFalRefusesEveryTokenNoInputFails() throws Exception {
    start(RealtimeApp.builder(), "errors.tolerance", "all", "fal.api.key", "k");
    lane.fault(Surface.REALTIME, Fault.UNAUTHORIZED, 5);
    assertAllGoOn();
  }

  @Test
  void withToleranceSessionsThatAreClosedAsRefusedFailNoInput() throws Exception {
    start(RealtimeApp.builder(), "errors.tolerance", "all", "realtime.connections", "3");
    lane.app.refuseSessions(10, 1008, "Forbidden");
    assertAllGoOn();
  }

  private void assertAllGoOn() throws Exception {
    lane.send("a", "b", "c");
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.failed).isEmpty();
    assertThat(lane.fatal).isEmpty();
  }

  @Test
  void refusedForTooLongTheTaskFailsWithTheWordsOfFal() throws Exception {
    start(RealtimeApp.builder(), "errors.tolerance", "all", "fal.retry.timeout.ms", "60000");
    lane.fal.lockAccount("User is locked.");
    lane.send("a", "b");
    proceedUntilRefused(3);
    assertThat(lane.fatal).isEmpty();
    lane.later(Duration.ofMinutes(1));
    lane.proceedUntil(() -> !lane.fatal.isEmpty());
    assertThat(lane.fatal.get(0))
        .contains("fal has refused", "more than 60000 ms", "User is locked.", "No input is lost");
    assertThat(lane.failed).isEmpty();
  }

  @Test
  void withoutToleranceARefusalFailsTheTask() throws Exception {
    start(RealtimeApp.builder());
    lane.fault(Surface.REALTIME, Fault.NOT_FOUND, 1);
    lane.send("a", "b");
    lane.proceedUntil(() -> !lane.fatal.isEmpty());
    assertThat(lane.fatal)
        .singleElement()
        .asString()
        .contains("fal refused a realtime session: HTTP 404", "No input is lost");
    assertThat(lane.failed).isEmpty();
  }

  @Test
  void whereSessionsWorkedWithinTheLastMinuteAnotherOneIsTried() throws Exception {
    start(RealtimeApp.builder());
    for (String id : List.of("a", "b")) {
      lane.send(id);
      lane.proceedUntil(() -> lane.outputs.contains(id + ": " + id));
      lane.fault(Surface.REALTIME, Fault.FORBIDDEN, 2);
      lane.app.sendTimeout();
      lane.awaitClosed();
    }
    lane.send("c");
    lane.proceedUntil(() -> lane.outputs.size() == 3);
    assertThat(lane.failed).isEmpty();
    assertThat(lane.fatal).isEmpty();
  }

  @Test
  void aLimitOfTheRateFailsNoInput() throws Exception {
    start(RealtimeApp.builder(), "fal.retry.timeout.ms", "60000");
    lane.fault(Surface.REALTIME, Fault.status(429, "too many sessions"), 6);
    lane.send("a");
    for (int i = 1; i <= 6; i++) {
      proceedUntilRefused(i);
      lane.later(MOST_OF_A_MINUTE);
    }
    lane.proceedUntil(() -> lane.outputs.size() == 1);
    assertThat(lane.failed).isEmpty();
  }

  @Test
  void withCompletionSentNothingIsSentOnSessionsWhileFalRefusesThem() throws Exception {
    List<String> config = new ArrayList<>(List.of(SENT));
    config.addAll(List.of("errors.tolerance", "all"));
    start(mute(), config.toArray(String[]::new));
    lane.app.refuseSessions(4, 1008, "Forbidden");
    for (int i = 1; i <= 2; i++) {
      int sessions = i;
      lane.send("lost" + i);
      lane.proceedUntil(() -> lane.app.sessionsOpened() >= sessions);
      lane.awaitClosed();
    }
    lane.send("c");
    lane.proceedUntil(() -> lane.done.contains("c"));
    assertThat(lane.app.sessionsOpened()).isEqualTo(5);
    lane.proceedUntil(() -> lane.app.inputCount() >= 1);
    assertThat(lane.failed).isEmpty();
    assertThat(lane.fatal).isEmpty();
  }
}
