// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.connect.Inbox;
import io.falconnect.connect.OldWorker;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeHandle;
import io.falconnect.sink.RealtimeSinkConfig;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import okio.ByteString;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that end, what that is counted as, and what the next one is. */
class SessionCausesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Map<String, Double> NONE = Map.of();

  private final Inbox<RealtimeSignal> inbox = new Inbox<>(100, 1_000_000, LIMIT);
  private final Inputs.Published published = new Inputs.Published();
  private final SinkMetrics metrics = SinkMetrics.ofSessions(System::nanoTime);
  private final TaskMetrics registered =
      TaskMetrics.open(OldWorker.context(SinkTaskContext.class), "causes", 0);
  private final WorkerMetrics.Task task = WorkerMetrics.ofThisJvm().task("causes", 0);
  private final FalSimulator fal = FalSimulator.start();
  private String endpoint;
  private RealtimeHandle app;
  private FalHttp http;
  private RealtimeTransport transport;
  private int sent;

  @AfterEach
  void stop() {
    registered.close();
    inbox.close();
    http.close();
    fal.close();
  }

  private void start(String resultTimeout, String idle) {
    RealtimeSinkConfig config =
        SinkConfigs.config(
            "fal.run.url",
            fal.runUrl(),
            "fal.retry.backoff.ms",
            "1",
            "errors.tolerance",
            "all",
            "realtime.session.idle.ms",
            idle,
            "realtime.max.in.flight",
            "2",
            "realtime.max.attempts",
            "100",
            "realtime.first.result.timeout.ms",
            "1",
            "realtime.result.timeout.ms",
            resultTimeout);
    endpoint = config.input().endpoint().value();
    app = fal.realtimeApp(endpoint);
    http = new FalHttp(config.fal().settings(), "session-causes", 1);
    RealtimeSessions sessions =
        new RealtimeSessions(config.fal().settings(), http, config.realtime().target(), inbox);
    transport =
        new RealtimeTransport(
            config.realtime(),
            sessions,
            new SessionEncoding(
                Optional.of(RealtimeEncoding.JSON), (input, next) -> input.payload()),
            published,
            metrics,
            System::nanoTime);
    published.settled = transport::onSettled;
    metrics.register(registered, () -> 0);
  }

  private void start() {
    start("3600000", "3600000");
  }

  @Test
  void aSessionThatFalClosesInGoodOrderIsNoFailure() throws InterruptedException {
    start();
    answered();
    app.closeSessions(1000, "");
    closed();
    assertCounted(NONE, NONE);
    answered();
    assertCounted(Map.of("ended", 1.0), NONE);
  }

  @Test
  void aSessionThatFalClosesUnusedIsNoFailure() throws InterruptedException {
    start();
    answered();
    app.sendTimeout();
    closed();
    answered();
    assertCounted(Map.of("idle", 1.0), NONE);
  }

  @Test
  void aSessionThatThisSideClosedCountsAsNoReconnect() throws InterruptedException {
    start("3600000", "1");
    answered();
    closed();
    answered();
    assertCounted(NONE, NONE);
  }

  @Test
  void aSessionThatIsClosedWithoutAnAnswerIsIncomplete() throws InterruptedException {
    start();
    app.hold();
    send();
    proceedUntil(() -> app.inputCount() == 1);
    app.closeSessions(1000, "").release();
    proceedUntil(() -> published.frames.size() == sent);
    assertCounted(Map.of("ended", 1.0), Map.of("incomplete", 1.0));
    assertThat(task.readAll()).containsEntry("retries-total", 1.0);
  }

  @Test
  void refusalsAreCountedByTheirCause() throws InterruptedException {
    start();
    fal.attachFault(endpoint, Surface.REALTIME, Fault.UNAVAILABLE, 2);
    fal.attachFault(endpoint, Surface.REALTIME, Fault.TOO_MANY_REQUESTS, 1);
    answered();
    Map<String, Double> expected = Map.of("unavailable", 2.0, "rate-limit", 1.0);
    assertCounted(expected, expected);
    assertThat(task.readAll()).containsEntry("retries-total", 0.0);
  }

  @Test
  void anAnswerThatIsOverdueIsATimeout() throws InterruptedException {
    start("200", "3600000");
    app.hold();
    send();
    proceedUntil(() -> task.readAll().get("errors-total{kind=timeout}") > 0);
    app.release();
    proceedUntil(() -> published.frames.size() == sent);
    assertThat(task.readByTag("reconnects-total")).containsOnlyKeys("timeout");
    assertThat(task.readByTag("errors-total")).containsOnlyKeys("timeout");
  }

  @Test
  void unauthorizedCountsAsDenied() throws InterruptedException {
    start();
    answered();
    app.sendUnauthorized();
    closed();
    answered();
    assertCounted(Map.of("denied", 1.0), Map.of("denied", 1.0));
  }

  @Test
  void sessionsAndInputsAreMeasured() throws InterruptedException {
    start();
    app.hold();
    assertThat(transport.load()).isEqualTo(new TransportLoad(0, 0, 0));
    send();
    send();
    send();
    assertThat(transport.load()).isEqualTo(new TransportLoad(0, 0, 3));
    proceedUntil(() -> transport.load().equals(new TransportLoad(1, 2, 1)));
    app.release();
    proceedUntil(() -> transport.load().equals(new TransportLoad(1, 0, 0)));
  }

  private void assertCounted(Map<String, Double> reconnects, Map<String, Double> errors) {
    assertThat(task.readByTag("reconnects-total")).isEqualTo(reconnects);
    assertThat(task.readByTag("errors-total")).isEqualTo(errors);
  }

  private void answered() throws InterruptedException {
    send();
    proceedUntil(() -> published.frames.size() == sent);
  }

  private void closed() throws InterruptedException {
    proceedUntil(transport::isClosed);
  }

  private void send() {
    String id = "r" + sent++;
    Input like = Inputs.input(Inputs.assignment(0), sent, id, 1);
    ByteString payload =
        RealtimeFrames.encode(
            JsonNodeFactory.instance.objectNode().put("request_id", id), RealtimeEncoding.JSON);
    Input input = new Input(like.record(), like.assignment(), sent, id, payload);
    transport.add(Inputs.inFlight(input));
  }

  private void proceedUntil(BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("time left").isNegative();
      Duration wait = transport.proceed(true);
      List<RealtimeSignal> signals = new ArrayList<>();
      inbox.drainTo(signals, 100, wait);
      signals.forEach(transport::onSignal);
    }
  }
}
