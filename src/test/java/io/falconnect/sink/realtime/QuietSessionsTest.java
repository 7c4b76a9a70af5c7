// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.connect.Inbox;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import io.falconnect.sink.RealtimeSinkConfig;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the end of a session means for an input that waits for silence. */
class QuietSessionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Inbox<RealtimeSignal> inbox = new Inbox<>(100, 1_000_000, LIMIT);
  private final Inputs.Published published = new Inputs.Published();
  private FalSimulator fal;
  private RealtimeHandle app;
  private FalHttp http;
  private RealtimeTransport transport;
  private Duration ahead = Duration.ZERO;

  @BeforeEach
  void start() throws InterruptedException {
    fal = FalSimulator.start();
    RealtimeSinkConfig config =
        SinkConfigs.config(
            "fal.run.url", fal.runUrl(),
            "fal.retry.backoff.ms", "1",
            "realtime.completion", "quiet",
            "realtime.completion.quiet.ms", "3600000",
            "realtime.result.timeout.ms", "3600000");
    app =
        fal.registerRealtimeApp(
            config.input().endpoint().value(),
            RealtimeApp.builder().mode(RealtimeApp.Mode.BIDIRECTIONAL).outputs(2).build());
    http = new FalHttp(config.fal().settings(), "quiet-sessions", 1);
    RealtimeSessions sessions =
        new RealtimeSessions(config.fal().settings(), http, config.realtime().target(), inbox);
    transport =
        new RealtimeTransport(
            config.realtime(),
            sessions,
            new SessionEncoding(
                Optional.of(RealtimeEncoding.JSON), (input, next) -> input.payload()),
            published,
            SinkMetrics.ofSessions(System::nanoTime),
            () -> System.nanoTime() + ahead.toNanos());
    published.settled = transport::onSettled;
    transport.add(Inputs.inFlight(input()));
    // The first frame is out, the second one held back.
    proceedUntil(() -> published.frames.size() == 1);
  }

  @AfterEach
  void stop() {
    inbox.close();
    http.close();
    fal.close();
  }

  @Test
  void aBrokenConnectionFinishesNoInput() throws InterruptedException {
    app.resetConnections();
    proceedUntil(() -> published.frames.size() == 2);
    assertThat(published.frames).containsExactly("a/0", "a/0");
    app.closeSessions(1011, "");
    proceedUntil(() -> published.frames.size() == 3);
    assertThat(published.frames).containsExactly("a/0", "a/0", "a/0");
    assertThat(published.failed).isEmpty();
  }

  @Test
  void aNormalCloseFinishesAnInput() throws InterruptedException {
    app.closeSessions(1000, "");
    proceedUntil(() -> published.frames.size() == 2);
    assertThat(published.frames).containsExactly("a/0", "a/1!");
  }

  @Test
  void aTimeoutOfFalFinishesAnInput() throws InterruptedException {
    app.sendTimeout();
    proceedUntil(() -> published.frames.size() == 2);
    assertThat(published.frames).containsExactly("a/0", "a/1!");
  }

  @Test
  void silenceCountsOnlyIfAllSignalsWereRead() {
    ahead = Duration.ofHours(2);
    transport.proceed(false);
    assertThat(published.frames).containsExactly("a/0");
    transport.proceed(true);
    assertThat(published.frames).containsExactly("a/0", "a/1!");
  }

  private void proceedUntil(BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("time left, after " + published.frames).isNegative();
      Duration wait = transport.proceed(true);
      List<RealtimeSignal> signals = new ArrayList<>();
      inbox.drainTo(signals, 100, wait);
      signals.forEach(transport::onSignal);
    }
  }

  private static Input input() {
    Input like = Inputs.input(Inputs.assignment(0), 0, "a", 1);
    ByteString payload =
        RealtimeFrames.encode(
            JsonNodeFactory.instance.objectNode().put("request_id", "a"), RealtimeEncoding.JSON);
    return new Input(like.record(), like.assignment(), 0, "a", payload);
  }
}
