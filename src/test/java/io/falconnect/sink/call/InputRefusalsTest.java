// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.Publication;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the call sinks do when fal refuses their inputs. */
class InputRefusalsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String LOCKED = "User is locked. Reason: Exhausted balance.";

  private final FalSimulator fal =
      FalSimulator.start(SimulatorConfig.builder().apiKey("good-key").build());
  private final HttpUrl queue = HttpUrl.get(fal.queueUrl());
  private final FalSettings settings =
      new FalSettings(
          FalCredentials.ofKey("good-key"), queue, queue, queue, LIMIT, LIMIT, null, null);
  private final FalHttp http = new FalHttp(settings, "input-refusals-test", 16);
  private final Inbox<CallSignal> inbox = new Inbox<>(1_000, 1_000_000, LIMIT);
  private final FalCalls calls = new FalCalls(settings, http, inbox, AnswerRules.onePiece(LIMIT));
  private final Told told = new Told();
  private Assignment assignment = Inputs.assignment(0);
  private long nextOffset;
  private CallTransport transport;

  /** What became of the inputs. */
  private final class Told implements ResultOutput {
    private final List<String> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private ConnectException fatal;

    @Override
    public void publish(Publication input, int frame, boolean last, JsonNode output, long readAt) {
      finish(input);
    }

    @Override
    public void finish(Publication input) {
      done.add(input.input().requestId());
      transport.onSettled(input.input());
      transport.onCommitted(Map.of(assignment.partition(), Long.MAX_VALUE));
    }

    @Override
    public void fail(Publication input, String error, String reason) {
      failed.add(input.input().requestId() + ": " + error + ": " + reason);
      transport.onSettled(input.input());
    }

    @Override
    public void failTask(ConnectException cause) {
      fatal = fatal == null ? cause : fatal;
    }
  }

  private void start(boolean tolerant, Duration retryTimeout) {
    transport =
        new CallTransport(
            new CallLimits(
                16,
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(20)),
                Optional.of(retryTimeout),
                LIMIT,
                tolerant),
            new QueuePolicy(16, false, tolerant),
            input ->
                calls.post(
                    FalHost.QUEUE,
                    EndpointId.parse("o/a").at(queue, ""),
                    Map.of(),
                    input.payload()),
            told,
            SinkMetrics.ofCalls(System::nanoTime),
            System::nanoTime);
  }

  @AfterEach
  void close() {
    transport.close();
    http.close();
    fal.close();
  }

  private void add(String key, String id) {
    long offset = nextOffset++;
    ByteString payload = ByteString.encodeUtf8("{\"prompt\":\"" + id + "\"}");
    SinkRecord record = new SinkRecord("inputs", 0, null, key, null, null, offset);
    transport.add(new InFlightInput(new Input(record, assignment, offset, id, payload), 0));
  }

  private void addMany(String prefix, int count) {
    IntStream.range(0, count).forEach(i -> add(null, prefix + i));
  }

  private void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .pollInSameThread()
        .until(
            () -> {
              List<CallSignal> signals = new ArrayList<>();
              inbox.drainTo(signals, 100, Duration.ZERO);
              signals.forEach(transport::onSignal);
              transport.proceed(true);
              return condition.getAsBoolean();
            });
  }

  @Test
  void withAWrongKeyNoInputFailsAndFewAreTried() {
    fal.setApiKey("rotated");
    start(true, LIMIT);
    addMany("p", 300);
    await(() -> fal.unauthorizedCount() >= 30);
    assertThat(told.failed).isEmpty();
    assertThat(told.fatal).isNull();
    assertThat(transport.load().inFlight()).as("refused inputs keep no slot").isLessThan(2);
    fal.setApiKey("good-key");
    await(() -> told.done.size() == 300);
    assertThat(told.failed).isEmpty();
    assertThat(fal.submittedIds()).hasSize(300);
  }

  @Test
  void aKeyThatIsRotatedWhileInputsAreSubmittedFailsNone() {
    start(true, LIMIT);
    addMany("p", 200);
    await(() -> told.done.size() >= 40);
    fal.setApiKey("rotated");
    await(() -> fal.unauthorizedCount() >= 30);
    assertThat(told.failed).isEmpty();
    fal.setApiKey("good-key");
    await(() -> told.done.size() == 200);
    assertThat(told.failed).isEmpty();
    assertThat(fal.submittedIds()).hasSize(200);
  }

  @Test
  void refusedForTooLongTheTaskFailsWithTheWordsOfFal() {
    fal.lockAccount(LOCKED);
    start(true, Duration.ofMillis(300));
    addMany("p", 100);
    await(() -> told.fatal != null);
    assertThat(told.fatal)
        .hasMessageContaining("fal has refused this task for more than 300 ms, at last input")
        .hasMessageContaining(LOCKED)
        .hasMessageContaining("No input is lost");
    assertThat(told.failed).isEmpty();
  }

  @Test
  void withoutToleranceTheTaskFailsAtOnce() {
    fal.lockAccount(LOCKED);
    start(false, LIMIT);
    addMany("p", 100);
    await(() -> told.fatal != null);
    assertThat(told.fatal).hasMessageContaining("fal refused input").hasMessageContaining(LOCKED);
    assertThat(told.failed).isEmpty();
  }

  @Test
  void anInputThatAloneIsRefusedFailsAndTheOthersGoOn() {
    fal.forbidInputsWith("forbidden");
    start(true, LIMIT);
    add("k", "forbidden 1");
    add("k", "behind it");
    addMany("p", 60);
    add(null, "forbidden 2");
    await(() -> told.done.size() == 61 && told.failed.size() == 2);
    assertThat(told.failed)
        .containsExactlyInAnyOrder(
            "forbidden 1: HTTP_403: HTTP 403: This input is not allowed",
            "forbidden 2: HTTP_403: HTTP 403: This input is not allowed");
    add(null, "forbidden 3");
    await(() -> told.failed.size() == 3);
  }

  @Test
  void refusedInputsOfRevokedPartitionsAreForgotten() {
    fal.lockAccount(LOCKED);
    start(true, LIMIT);
    add("k", "a");
    add("k", "b");
    addMany("p", 5);
    await(() -> fal.receivedRequests().size() >= 12);
    assignment.revoke();
    transport.onRevoked();
    assignment = Inputs.assignment(0);
    add("k", "c");
    fal.unlockAccount();
    await(() -> !told.done.isEmpty() && transport.load().open() == 0);
    assertThat(told.done).contains("c").doesNotContain("b");
    assertThat(told.failed).isEmpty();
    assertThat(transport.load().waiting()).isZero();
  }
}
