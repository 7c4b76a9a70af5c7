// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.connect.Inbox;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import io.falconnect.sink.RealtimeSinkConfig;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.SinkScene;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.Publication;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs over sessions that end in all ways, without Kafka. */
class RealtimeTransportTest {
  private static final int INPUTS = 400;
  private static final int KEYS = 7;
  private static final int CONNECTIONS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static FalSimulator fal;

  private final Inbox<RealtimeSignal> inbox = new Inbox<>(1_000, 1_000_000, LIMIT);
  private final Outcomes outcomes = new Outcomes();
  private final Assignment assignment = Inputs.assignment(0);

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, true", "4, false", "5, false", "6, false"})
  void whateverEndsSessionsEveryInputIsPublishedOnceInOrderAndPoisonAloneFails(
      long seed, boolean echoes) throws Exception {
    Random random = new Random(seed);
    String endpoint = "fal-ai/ended-" + seed;
    RealtimeHandle app =
        fal.registerRealtimeApp(endpoint, RealtimeApp.builder().echoesRequestId(echoes).build());
    IntStream.range(0, 100)
        .forEach(i -> fal.attachFault(endpoint, Surface.REALTIME, anEnd(random), 1));
    List<InFlightInput> inputs = new ArrayList<>();
    List<Integer> poison = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      boolean bad = random.nextInt(60) == 0;
      inputs.add(input(i, bad));
      if (bad) {
        poison.add(i);
      }
    }

    deliver(endpoint, inputs);

    assertThat(outcomes.failed).containsExactlyInAnyOrderElementsOf(poison);
    assertThat(outcomes.ended).hasSize(INPUTS).doesNotHaveDuplicates();
    outcomes.byKey().forEach((key, numbers) -> assertThat(numbers).as("of " + key).isSorted());
    assertThat(app.droppedInputs()).isEmpty();
    assertThat(app.maxOpenSessions()).isBetween(1, CONNECTIONS);
    assertThat(app.sessionsOpened()).isGreaterThan(CONNECTIONS);
  }

  /** How a session ends, or why there is none; one that is had answers an input at least. */
  private static Fault anEnd(Random random) {
    int answers = 1 + random.nextInt(12);
    return switch (random.nextInt(6)) {
      case 0 -> Fault.resetMidEventAfter(answers);
      case 1 -> Fault.cleanEndAfter(answers);
      case 2 -> Fault.UNAVAILABLE;
      case 3 -> Fault.RESET_BEFORE_HEADERS;
      default -> Fault.resetAfter(answers);
    };
  }

  private InFlightInput input(int number, boolean poison) throws Exception {
    JsonNode json =
        SinkScene.json(
            "{\"number\":%d,\"request_id\":\"r%d\",\"poison\":%s}"
                .formatted(number, number, poison));
    SinkRecord record = new SinkRecord("inputs", 0, null, "k" + number % KEYS, null, null, number);
    return Inputs.inFlight(
        new Input(record, assignment, number, "r" + number, InputReader.encodeUtf8(json)));
  }

  private void deliver(String endpoint, List<InFlightInput> inputs) throws Exception {
    RealtimeSinkConfig config =
        SinkConfigs.config(
            "fal.endpoint.id",
            endpoint,
            "realtime.connections",
            Integer.toString(CONNECTIONS),
            "fal.run.url",
            fal.runUrl(),
            "fal.rest.url",
            fal.restUrl(),
            "fal.retry.backoff.ms",
            "5",
            "fal.retry.backoff.max.ms",
            "20",
            "errors.tolerance",
            "all",
            "realtime.connections",
            "" + CONNECTIONS,
            "realtime.max.in.flight",
            "8",
            "realtime.max.buffering",
            "16");
    try (FalHttp http = new FalHttp(config.fal().settings(), "transport-test", CONNECTIONS);
        RealtimeTransport transport =
            new RealtimeTransport(
                config.realtime(),
                new RealtimeSessions(
                    config.fal().settings(), http, config.realtime().target(), inbox),
                new SessionEncoding(
                    Optional.of(RealtimeEncoding.JSON), (input, next) -> input.payload()),
                outcomes,
                SinkMetrics.ofSessions(System::nanoTime),
                System::nanoTime)) {
      outcomes.settled = transport::onSettled;
      inputs.forEach(transport::add);
      long limit = System.nanoTime() + LIMIT.toNanos();
      Duration wait = Duration.ZERO;
      while (outcomes.ended.size() < inputs.size() && System.nanoTime() - limit < 0) {
        List<RealtimeSignal> signals = new ArrayList<>();
        inbox.drainTo(signals, 100, wait);
        signals.forEach(transport::onSignal);
        wait = transport.proceed(signals.size() < 100);
      }
    }
  }

  /** Remembers the inputs' numbers in the order in which they ended. */
  private static final class Outcomes implements ResultOutput {
    private final List<Integer> ended = new ArrayList<>();
    private final List<Integer> failed = new ArrayList<>();
    private Consumer<Input> settled;

    @Override
    public void publish(Publication input, int frame, boolean last, JsonNode output, long readAt) {
      assertThat(last).isTrue();
      assertThat(frame).isZero();
      assertThat(output.at("/echo/number").asInt()).isEqualTo(number(input));
      ended.add(number(input));
      settled.accept(input.input());
    }

    @Override
    public void fail(Publication input, String error, String reason) {
      assertThat(error).isEqualTo("INTERNAL_ERROR");
      ended.add(number(input));
      failed.add(number(input));
      settled.accept(input.input());
    }

    @Override
    public void finish(Publication input) {
      throw new AssertionError("done without a result: " + input);
    }

    @Override
    public void failTask(ConnectException cause) {
      throw new AssertionError(cause);
    }

    Map<String, List<Integer>> byKey() {
      Map<String, List<Integer>> numbers = new HashMap<>();
      ended.forEach(
          number ->
              numbers.computeIfAbsent("k" + number % KEYS, key -> new ArrayList<>()).add(number));
      return numbers;
    }

    private static int number(Publication input) {
      return (int) input.input().offset();
    }
  }
}
