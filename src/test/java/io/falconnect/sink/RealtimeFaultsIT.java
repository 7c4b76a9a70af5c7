// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that break in all the ways there are, and no input that is lost or mistaken. */
class RealtimeFaultsIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  private static SinkScene scene() {
    return SinkScene.realtime(SharedCluster.get(), fal, 3).tolerant();
  }

  private static void assertNoDeadLetters(SinkScene scene) {
    assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
  }

  private static void awaitInputs(RealtimeHandle app, long atLeast) {
    await()
        .atMost(SinkScene.LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> app.inputCount() >= atLeast);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void socketsAreCutAgainAndAgain(boolean echo) {
    try (SinkScene scene = scene()) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint,
              RealtimeApp.builder().echoesRequestId(echo).work(Duration.ofMillis(2)).build());
      scene.start(1).sendAll(400, Answers::input);
      for (long next = 10; next < 400; next = app.inputCount() + next % 17 + 7) {
        awaitInputs(app, next);
        app.resetConnections();
      }
      Answers.assertWhole(scene.awaitFinal(400), 400, 1);
      assertNoDeadLetters(scene);
      assertThat(app.droppedInputs()).isEmpty();
      assertThat(app.sessionsOpened()).isGreaterThan(15);
      assertThat(app.maxOpenSessions()).isEqualTo(1);
    }
  }

  @Test
  void sessionsThatAreRefusedSilentDeadOrCutShort() {
    try (SinkScene scene =
        scene()
            .with("fal.connect.timeout.ms", "1000")
            .with("fal.idle.timeout.ms", "1000")
            .with("realtime.first.result.timeout.ms", "2000")
            .with("realtime.result.timeout.ms", "2000")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint);
      List<Fault> faults =
          List.of(
              Fault.UNAVAILABLE,
              Fault.RESET_BEFORE_HEADERS,
              Fault.SILENT_BEFORE_HEADERS,
              Fault.BAD_GATEWAY,
              Fault.retryAfterSeconds(1),
              Fault.DEAD_PEER,
              Fault.resetAfter(3),
              Fault.SILENT_AFTER_HEADERS,
              Fault.resetMidEventAfter(2),
              Fault.cleanEndAfter(1),
              Fault.silentAfter(2));
      faults.forEach(fault -> fal.attachFault(scene.endpoint, Surface.REALTIME, fault, 1));
      scene.start(1).sendAll(40, Answers::input);
      // Mute sessions may have answered what they were not heard to say.
      Answers.assertAnswered(scene.awaitFinal(40), 40);
      assertNoDeadLetters(scene);
      // Those that were refused are none; where the machine is slow there may be one more.
      assertThat(app.sessionsOpened()).isGreaterThanOrEqualTo(7);
    }
  }

  @Test
  void whateverTheLastWordIsTheInputsAreSentAgain() {
    try (SinkScene scene = scene()) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint);
      scene.start(1);
      List<Runnable> ends =
          List.of(
              () -> app.sendInternalError("all at once"),
              () -> app.closeSessions(1011, "unexpected"),
              () -> app.closeSessions(1000, ""),
              () -> app.closeSessions(1012, "service restart"),
              app::sendTimeout,
              () -> app.sendFrame("{\"type\":\"x-fal-error\",\"error\":\"SOMETHING_NEW\"}"),
              fal::resetConnections);
      int sent = 0;
      for (Runnable end : ends) {
        app.hold();
        scene.sendAll(sent, sent + 4, Answers::input);
        long before = app.inputCount();
        awaitInputs(app, before + 1);
        int opened = app.sessionsOpened();
        end.run();
        await().atMost(SinkScene.LIMIT).until(() -> app.sessionsOpened() > opened);
        app.release();
        sent += 4;
        Answers.assertWhole(scene.awaitFinal(sent), sent, 1);
      }
      assertNoDeadLetters(scene);
      assertThat(app.droppedInputs()).isEmpty();
    }
  }

  @Test
  void aSessionThatTimesOutWhileNobodySaysAnythingIsNoFailure() {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 1).with("realtime.max.attempts", "1")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint, RealtimeApp.builder().idle(Duration.ofMillis(100)).build());
      scene.start(1);
      for (int i = 0; i < 3; i++) {
        scene.send("k" + i, Answers.input(i));
        scene.awaitFinal(i + 1);
        await().atMost(SinkScene.LIMIT).until(() -> app.openSessions() == 0);
      }
      Answers.assertWhole(scene.results(), 3, 1);
      assertThat(app.sessionsOpened()).isEqualTo(3);
      assertThat(scene.cluster.worker().log().lines())
          .noneMatch(line -> line.contains(" WARN [" + scene.name + "|"));
    }
  }

  @Test
  void aSessionThatBreaksAmongTheFramesOfAnInputDoesNotEndIt() {
    try (SinkScene scene =
        scene().with("realtime.completion", "quiet").with("realtime.completion.quiet.ms", "1000")) {
      fal.registerRealtimeApp(
          scene.endpoint,
          RealtimeApp.builder().mode(RealtimeApp.Mode.BIDIRECTIONAL).outputs(3).build());
      fal.attachFault(scene.endpoint, Surface.REALTIME, Fault.resetAfter(2), 1);
      scene.start(1).send("k0", Answers.input(0));
      List<JsonNode> frames = scene.awaitFinal(1).get("k0");
      assertThat(frames).extracting(frame -> frame.path("frame").asInt()).endsWith(0, 1, 2);
      assertThat(frames)
          .filteredOn(frame -> frame.path("final").asBoolean())
          .containsExactly(frames.get(frames.size() - 1));
      assertThat(frames).hasSize(4);
    }
  }

  @Test
  void falGoesAwayAndComesBack() {
    try (SinkScene scene = scene()) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint, RealtimeApp.builder().work(Duration.ofMillis(5)).build());
      scene.start(1).sendAll(60, Answers::input);
      awaitInputs(app, 20);
      fal.stop();
      scene.sendAll(60, 100, Answers::input);
      fal.restart();
      Answers.assertAnswered(scene.awaitFinal(100), 100);
      assertNoDeadLetters(scene);
      assertThat(scene.rest().status(scene.name).isAll("RUNNING", 1)).isTrue();
    }
  }
}
