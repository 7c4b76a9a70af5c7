// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.connect.Inbox;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import io.falconnect.sink.RealtimeSinkConfig;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.Publication;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.errors.ConnectException;

/** One lane over a simulated fal, without Kafka, and with a clock that can be put forward. */
final class SessionLaneScene implements AutoCloseable, ResultOutput {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  final FalSimulator fal = FalSimulator.start();
  final RealtimeHandle app;
  final Assignment assignment = Inputs.assignment(0);

  /** As {@code id: what the app was given}. */
  final List<String> outputs = new ArrayList<>();

  private final Map<String, JsonNode> sent = new HashMap<>();
  final List<String> done = new ArrayList<>();
  final List<String> failed = new ArrayList<>();
  final List<String> reasons = new ArrayList<>();
  final List<String> fatal = new ArrayList<>();

  private final Inbox<RealtimeSignal> inbox = new Inbox<>(100, 1_000_000, LIMIT);
  private final RealtimeSinkConfig config;
  private final FalHttp http;
  private final RealtimeTransport transport;
  private Duration ahead = Duration.ZERO;
  private long nextOffset;

  SessionLaneScene(RealtimeApp.Builder behaviour, String... more) {
    List<String> props =
        new ArrayList<>(
            List.of(
                "fal.run.url",
                fal.runUrl(),
                "fal.rest.url",
                fal.restUrl(),
                "fal.retry.backoff.ms",
                "1",
                "fal.retry.backoff.max.ms",
                "1",
                "realtime.encoding",
                "json",
                "realtime.max.in.flight",
                "2",
                "realtime.first.result.timeout.ms",
                "60000",
                "realtime.result.timeout.ms",
                "60000"));
    props.addAll(List.of(more));
    config = SinkConfigs.config(props.toArray(String[]::new));
    app = fal.registerRealtimeApp(config.input().endpoint().value(), behaviour.build());
    http = new FalHttp(config.fal().settings(), "lane", 1);
    transport =
        new RealtimeTransport(
            config.realtime(),
            new RealtimeSessions(config.fal().settings(), http, config.realtime().target(), inbox),
            new SessionEncoding(
                config.realtime().encoding(),
                (input, next) -> RealtimeFrames.encode(sent.get(input.requestId()), next)),
            this,
            SinkMetrics.ofSessions(System::nanoTime),
            this::now);
  }

  void behaves(RealtimeApp.Builder behaviour) {
    fal.registerRealtimeApp(config.input().endpoint().value(), behaviour.build());
  }

  void fault(Surface surface, Fault fault, int times) {
    fal.attachFault(
        surface == Surface.TOKENS ? null : config.input().endpoint().value(),
        surface,
        fault,
        times);
  }

  void send(String... ids) {
    for (String id : ids) {
      send(JsonNodeFactory.instance.objectNode().put("request_id", id));
    }
  }

  void sendLarge(String id, int bytes) {
    send(
        JsonNodeFactory.instance.objectNode().put("request_id", id).put("blob", "x".repeat(bytes)));
  }

  /** Sends an input that the app refuses as soon as it reads it. */
  void sendInvalid(String id) {
    send(JsonNodeFactory.instance.objectNode().put("request_id", id).put("invalid", true));
  }

  private void send(JsonNode json) {
    String id = json.path("request_id").asText();
    sent.put(id, json);
    Input like = Inputs.input(assignment, nextOffset++, id, 1);
    Input input =
        new Input(
            like.record(),
            assignment,
            like.offset(),
            id,
            RealtimeFrames.encode(json, RealtimeEncoding.JSON));
    transport.add(new InFlightInput(input, now()));
  }

  /** Takes the partition of all inputs away. */
  void revoke() {
    assignment.revoke();
    transport.onRevoked();
  }

  /** Puts the clock forward. */
  void later(Duration time) {
    ahead = ahead.plus(time);
  }

  /** How many openings came to nothing. */
  int refusals() {
    return (int)
            fal.receivedRequests().stream()
                .filter(request -> request.surface() == Surface.REALTIME)
                .count()
        - app.sessionsOpened();
  }

  void awaitInputs(int count) throws InterruptedException {
    proceedUntil(() -> app.inputCount() == count);
  }

  void awaitClosed() throws InterruptedException {
    proceedUntil(transport::isClosed);
  }

  void proceedUntil(BooleanSupplier reached) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("time left").isNegative();
      proceed();
    }
  }

  void proceed() throws InterruptedException {
    Duration wait = transport.proceed(true);
    List<RealtimeSignal> signals = new ArrayList<>();
    inbox.drainTo(signals, 100, wait);
    signals.forEach(transport::onSignal);
  }

  private long now() {
    return System.nanoTime() + ahead.toNanos();
  }

  @Override
  public void publish(Publication input, int frame, boolean last, JsonNode output, long readAt) {
    outputs.add(input.input().requestId() + ": " + output.at("/echo/request_id").asText());
    if (last) {
      transport.onSettled(input.input());
    }
  }

  @Override
  public void finish(Publication input) {
    done.add(input.input().requestId());
    transport.onSettled(input.input());
  }

  @Override
  public void fail(Publication input, String error, String reason) {
    failed.add(input.input().requestId() + ": " + error);
    reasons.add(reason);
    transport.onSettled(input.input());
  }

  @Override
  public void failTask(ConnectException cause) {
    fatal.add(cause.getMessage());
  }

  @Override
  public void close() {
    inbox.close();
    http.close();
    fal.close();
  }
}
