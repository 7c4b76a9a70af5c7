// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.connect.Inbox;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.call.AnswerRules;
import io.falconnect.fal.call.CallSignal;
import io.falconnect.fal.call.FalCalls;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.sink.delivery.AttemptHistory;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs over calls that fail, on a clock of the test's own. */
class CallTransportTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Fault ACCEPTED =
      Fault.reply(200, Map.of("Content-Type", "application/json"), "{\"request_id\": \"r1\"}");

  private long now = 5 * SECOND;
  private final FalSimulator fal = FalSimulator.start();
  private final HttpUrl queue = HttpUrl.get(fal.queueUrl());
  private final FalSettings settings =
      new FalSettings(FalCredentials.NONE, queue, queue, queue, LIMIT, LIMIT, null, null);
  private final FalHttp http = new FalHttp(settings, "call-transport-test", 4);
  private final Inbox<CallSignal> inbox = new Inbox<>(1_000, 1_000_000, LIMIT);
  private final FalCalls calls = new FalCalls(settings, http, inbox, AnswerRules.onePiece(LIMIT));
  private final Inputs.Published published = new Inputs.Published();
  private final Assignment assignment = Inputs.assignment(0);
  private long nextOffset;
  private CallTransport transport = transport(new StreamPolicy(4, true));

  private CallTransport transport(CallPolicy policy) {
    CallTransport made =
        new CallTransport(
            new CallLimits(
                2,
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                Optional.of(Duration.ofSeconds(100)),
                LIMIT,
                true),
            policy,
            input ->
                calls.post(
                    FalHost.QUEUE,
                    EndpointId.parse("o/a").at(queue, ""),
                    Map.of(),
                    ByteString.of((byte) '1')),
            published,
            SinkMetrics.ofCalls(System::nanoTime),
            () -> now);
    published.settled = made::onSettled;
    return made;
  }

  @AfterEach
  void close() {
    transport.close();
    http.close();
    fal.close();
  }

  @Test
  void whileFalTakesNothingNoOtherInputBegins() throws Exception {
    answer(Fault.retryAfterSeconds(60), Fault.retryAfterSeconds(30));
    add("a", "b", "c", "d");
    proceedUntilAnswered(2);
    after(59);
    assertThat(transport.load().inFlight()).isZero();
    assertThat(fal.receivedRequests()).hasSize(2);

    answer(Fault.bigOutput(1), Fault.bigOutput(1), Fault.bigOutput(1), Fault.bigOutput(1));
    // The wait is up to a quarter longer.
    after(16);
    answered(2);
    proceedUntilAnswered(2);
    assertThat(published.frames).containsExactlyInAnyOrder("a/0!", "b/0!", "c/0!", "d/0!");
  }

  @ParameterizedTest
  @CsvSource({"500, 502", "409, 425"})
  void whatOneInputBringsAboutHoldsUpNoOther(int first, int second) throws Exception {
    answer(Fault.status(first, "not now"), Fault.status(second, "not yet"));
    answer(Fault.bigOutput(1), Fault.bigOutput(1));
    add("a", "b", "c", "d");
    proceedUntilAnswered(2);
    proceedUntilAnswered(2);
    assertThat(published.frames).containsExactlyInAnyOrder("c/0!", "d/0!");
  }

  @Test
  void aSlotIsFreeWhenKafkaHasTheRecord() throws Exception {
    List<Input> answered = new ArrayList<>();
    published.settled = answered::add;
    answerAll(6);
    add("a", "b", "c", "d");
    proceedUntilAnswered(2);
    transport.proceed(true);
    assertThat(answered).hasSize(2);
    assertThat(transport.load().inFlight()).isEqualTo(2);
    assertThat(transport.load().open()).isZero();
    assertThat(fal.receivedRequests()).hasSize(2);

    transport.onSettled(answered.get(0));
    transport.proceed(true);
    takeSignals(1);
    transport.proceed(true);
    assertThat(transport.load().inFlight()).isEqualTo(2);
    assertThat(fal.receivedRequests()).hasSize(3);
  }

  @Test
  void noMoreInputsAreStartedThanMayBeUncommitted() throws Exception {
    answerAll(8);
    add("a", "b", "c", "d", "e", "f");
    proceedUntilAnswered(2);
    assertThat(transport.wantsCommit()).isTrue();
    proceedUntilAnswered(2);
    transport.proceed(true);
    assertThat(transport.load().inFlight()).isZero();
    assertThat(fal.receivedRequests()).hasSize(4);

    transport.onCommitted(Map.of(assignment.partition(), 1L));
    transport.proceed(true);
    answered(1);
    transport.proceed(true);
    assertThat(fal.receivedRequests()).hasSize(5);
    transport.onCommitted(Map.of(assignment.partition(), 5L));
    proceedUntilAnswered(1);
    assertThat(published.frames).hasSize(6);
    assertThat(transport.wantsCommit()).isFalse();
  }

  @Test
  void streamsOfRevokedPartitionsAreCancelledAndTheirSlotsAreFree() throws Exception {
    answer(Fault.SILENT_BEFORE_HEADERS, Fault.SILENT_BEFORE_HEADERS);
    add("a", "b", "c", "a");
    transport.proceed(true);
    await().until(() -> fal.receivedRequests().size() == 2);
    assignment.revoke();
    transport.onRevoked();
    assertThat(transport.load()).isEqualTo(new TransportLoad(0, 0, 0));

    answerAll(2);
    transport.add(inFlight("a", Inputs.assignment(0)));
    transport.proceed(true);
    // The ends of the cancelled calls, which are ignored, and the answer.
    takeSignals(3);
    assertThat(published.frames).containsExactly("a/0!");
  }

  @Test
  void aSubmissionOfARevokedPartitionKeepsItsSlotUntilItsRequestIsPublished() throws Exception {
    transport = transport(new QueuePolicy(2, false, true));
    List<Input> answered = new ArrayList<>();
    published.settled = answered::add;
    answer(ACCEPTED, ACCEPTED, ACCEPTED);
    add("a", "b", "c", "d");
    transport.proceed(true);
    assignment.revoke();
    transport.onRevoked();
    Assignment back = Inputs.assignment(0);
    transport.add(inFlight("c", back));
    transport.proceed(true);
    assertThat(transport.load()).isEqualTo(new TransportLoad(2, 2, 1));
    answered(2);
    transport.proceed(true);
    assertThat(published.frames).containsExactlyInAnyOrder("a/0!", "b/0!");
    assertThat(transport.load()).isEqualTo(new TransportLoad(0, 2, 1));
    answered.forEach(transport::onSettled);
    transport.proceed(true);
    answered(1);
    assertThat(published.frames).contains("c/0!");
  }

  @Test
  void whatFalMayHaveTakenKeepsItsSlotInTheQueueSink() throws Exception {
    transport = transport(new QueuePolicy(2, true, true));
    answer(Fault.SERVER_ERROR, Fault.SERVER_ERROR);
    add("a", "b", "c");
    proceedUntilAnswered(2);
    transport.proceed(true);
    assertThat(fal.receivedRequests()).hasSize(2);
    answer(ACCEPTED, ACCEPTED);
    after(2);
    takeSignals(2);
    assertThat(published.frames).containsExactlyInAnyOrder("a/0!", "b/0!");
  }

  private void answerAll(int calls) {
    for (int i = 0; i < calls; i++) {
      answer(Fault.bigOutput(1));
    }
  }

  @Test
  void othersDoNotRunFarAheadOfOneThatIsNotAnswered() throws Exception {
    answer(Fault.SILENT_BEFORE_HEADERS);
    add("a");
    transport.proceed(true);
    await().until(() -> fal.receivedRequests().size() == 1);
    answer(Fault.bigOutput(1), Fault.bigOutput(1), Fault.bigOutput(1));
    add("b", "c", "d", "e");
    for (int i = 0; i < 3; i++) {
      transport.proceed(true);
      takeSignals(1);
    }
    transport.proceed(true);
    assertThat(published.frames).containsExactly("b/0!", "c/0!", "d/0!");
    assertThat(transport.load().inFlight()).isEqualTo(1);
    assertThat(fal.receivedRequests()).hasSize(4);
  }

  @Test
  void anAttemptThatBeganWellIsNoTimeOfFailing() throws Exception {
    answer(Fault.SERVER_ERROR);
    add("a");
    proceedUntilAnswered(1);
    for (int i = 0; i < 3; i++) {
      answer(Fault.reply(200, Map.of("Content-Type", "text/event-stream"), "data: 1"));
      after(1);
      takeSignals(1);
      now += 500 * SECOND;
      takeSignals(1);
      assertThat(published.failed).isEmpty();
    }
    answer(Fault.SERVER_ERROR);
    after(100);
    answered(1);
    assertThat(published.failed).containsExactly("a: internal_error");
  }

  @Test
  void theTimeInWhichNothingIsHeardIsTimeOfFailing() {
    InFlightInput input = inFlight("a", assignment);
    AttemptHistory attempts = input.attempts();
    assertThat(attempts.addFailure(true, 0, 0)).isZero();
    input.startAttempt();
    attempts.onStreamOpened(10);
    assertThat(attempts.addFailure(true, 100, 70)).isEqualTo(80);
    input.startAttempt();
    attempts.onStreamOpened(110);
    assertThat(attempts.addFailure(true, 200, 0)).isEqualTo(90);
    input.startAttempt();
    attempts.onStreamOpened(210);
    assertThat(attempts.addFailure(true, 220, 70)).isEqualTo(110);
    input.startAttempt();
    assertThat(attempts.addFailure(true, 300, 70)).isEqualTo(190);
  }

  @Test
  void whatFalRefusesForGoodIsNotTriedAgain() throws Exception {
    answer(Fault.status(400, "bad"), Fault.UNPROCESSABLE);
    for (String key : List.of("a", "b")) {
      add(key);
      proceedUntilAnswered(1);
    }
    assertThat(published.failed).containsExactly("a: HTTP_400", "b: HTTP_422");
    assertThat(fal.receivedRequests()).hasSize(2);
  }

  @Test
  void theWaitThatFalAskedForIsNotShortened() throws Exception {
    Fault wait = Fault.reply(503, Map.of("Retry-After", "600"), "{}");
    answer(wait, Fault.UNAVAILABLE);
    add("a");
    proceedUntilAnswered(1);
    after(599);
    assertThat(transport.load().inFlight()).isZero();
    after(151);
    answered(1);
    assertThat(published.failed).containsExactly("a: runner_scheduling_failure");
  }

  @Test
  void anInputIsNotFailingWhileFalLimitsTheRate() throws Exception {
    add("a");
    for (int i = 0; i < 5; i++) {
      answer(Fault.retryAfterSeconds(600));
      after(751);
      answered(1);
      assertThat(published.failed).isEmpty();
    }
    answer(Fault.SERVER_ERROR, Fault.bigOutput(1));
    after(751);
    answered(1);
    after(1);
    answered(1);
    assertThat(published.frames).containsExactly("a/0!");
  }

  @Test
  void aRevokedInputIsNotTriedAgainAndHoldsUpNoneOfItsKey() throws Exception {
    answer(Fault.SERVER_ERROR, Fault.bigOutput(1));
    add("a");
    proceedUntilAnswered(1);
    assignment.revoke();
    transport.onRevoked();
    transport.add(inFlight("a", Inputs.assignment(0)));
    proceedUntilAnswered(1);
    assertThat(published.frames).containsExactly("a/0!");
    after(100);
    assertThat(fal.receivedRequests()).hasSize(2);
  }

  private void answer(Fault... faults) {
    for (Fault fault : faults) {
      fal.attachFault(Surface.SUBMIT, fault, 1);
    }
  }

  private void add(String... keys) {
    for (String key : keys) {
      transport.add(inFlight(key, assignment));
    }
  }

  private InFlightInput inFlight(String key, Assignment assignment) {
    long offset = nextOffset++;
    SinkRecord record = new SinkRecord("inputs", 0, null, key, null, null, offset);
    return new InFlightInput(new Input(record, assignment, offset, key, ByteString.EMPTY), 0);
  }

  private void after(long seconds) {
    now += seconds * SECOND;
    transport.proceed(true);
  }

  private void proceedUntilAnswered(int calls) throws InterruptedException {
    transport.proceed(true);
    answered(calls);
  }

  private void answered(int calls) throws InterruptedException {
    assertThat(transport.load().inFlight()).isEqualTo(calls);
    takeSignals(calls);
  }

  private void takeSignals(int calls) throws InterruptedException {
    List<CallSignal> signals = new ArrayList<>();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (signals.size() < calls && System.nanoTime() - end < 0) {
      inbox.drainTo(signals, calls - signals.size(), Duration.ofSeconds(1));
    }
    assertThat(signals).hasSize(calls);
    signals.forEach(transport::onSignal);
  }
}
