// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.account.TokenShape;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions are opened with short-lived tokens, or with the key, and neither is told to anybody. */
class RealtimeTokensIT {
  private static final String KEY = "realtime-right-" + UUID.randomUUID();
  private static final String WRONG = "realtime-wrong-" + UUID.randomUUID();

  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build());
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @AfterEach
  void nothingWasToldToTheLog() {
    assertThat(SharedCluster.get().worker().log()).doesNotContain(KEY, WRONG, "simulated-token-");
  }

  private static SinkScene scene() {
    return SinkScene.realtime(SharedCluster.get(), fal, 1).with("fal.api.key", KEY);
  }

  @Test
  void anExpiredTokenIsReplacedInEachShapeThereIs() {
    try (SinkScene scene = scene().with("realtime.max.attempts", "1")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint);
      scene.start(1);
      int sent = 0;
      for (TokenShape shape : TokenShape.values()) {
        fal.setTokenShape(shape);
        int minted = fal.tokensMinted();
        scene.send("k" + sent, Answers.input(sent));
        scene.awaitFinal(++sent);
        assertThat(fal.tokensMinted()).isEqualTo(minted + 1);
        // The next session finds out that its token is good for nothing.
        fal.expireTokens();
        app.sendTimeout();
        await().atMost(SinkScene.LIMIT).until(() -> app.openSessions() == 0);
      }
      Answers.assertWhole(scene.results(), sent, 1);
    }
  }

  @Test
  void sessionsThatEndWithTheirTokensGoOnWithOthers() {
    try (SinkScene scene = scene().tolerant().with("realtime.token.expiration.s", "1")) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint,
              RealtimeApp.builder().endsWithToken(true).work(Duration.ofMillis(10)).build());
      int minted = fal.tokensMinted();
      scene.start(1).sendAll(250, Answers::input);
      Answers.assertWhole(scene.awaitFinal(250), 250, 1);
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
      assertThat(fal.tokensMinted()).isGreaterThan(minted + 1);
      assertThat(app.droppedInputs()).isEmpty();
    }
  }

  @Test
  void theKeyItselfOpensSessionsToo() {
    try (SinkScene scene = scene().with("realtime.auth", "key")) {
      int minted = fal.tokensMinted();
      scene.start(1).sendAll(5, Answers::input);
      Answers.assertWhole(scene.awaitFinal(5), 5, 1);
      assertThat(fal.tokensMinted()).isEqualTo(minted);
      List<ReceivedRequest> openings =
          fal.receivedRequests().stream()
              .filter(request -> request.surface() == Surface.REALTIME)
              .filter(request -> request.path().contains(scene.endpoint))
              .toList();
      assertThat(openings)
          .isNotEmpty()
          .allSatisfy(
              opening -> {
                assertThat(opening.headers().get("authorization")).isEqualTo("Key " + KEY);
                assertThat(String.valueOf(opening.query())).doesNotContain("fal_jwt_token");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jwt", "key"})
  void aKeyThatIsRefusedFailsTheTaskWithoutBeingNamed(String auth) {
    try (SinkScene scene = scene().with("fal.api.key", WRONG).with("realtime.auth", auth)) {
      scene.start(1).send("k0", Answers.input(0));
      assertThat(scene.rest().awaitFailed(scene.name).traces())
          .contains("fal refused a realtime session", "No input is lost")
          .doesNotContain(WRONG);
      scene.with("fal.api.key", KEY).start(1);
      Answers.assertWhole(scene.awaitFinal(1), 1, 1);
    }
  }

  @Test
  void aSessionThatIsClosedAsRefusedIsOpenedAgainWithAnotherToken() {
    try (SinkScene scene = scene().with("realtime.max.attempts", "1")) {
      RealtimeHandle app = fal.realtimeApp(scene.endpoint).refuseSessions(2, 1008, "Forbidden");
      int minted = fal.tokensMinted();
      scene.start(1).sendAll(3, Answers::input);
      Answers.assertWhole(scene.awaitFinal(3), 3, 1);
      assertThat(app.sessionsOpened()).isEqualTo(3);
      assertThat(fal.tokensMinted()).isEqualTo(minted + 3);
    }
  }

  @Test
  void noKeyIsNoKey() {
    try (SinkScene scene = SinkScene.realtime(SharedCluster.get(), fal, 1)) {
      fal.setApiKey(null);
      int minted = fal.tokensMinted();
      scene.start(1).send("k0", Answers.input(0));
      Answers.assertWhole(scene.awaitFinal(1), 1, 1);
      assertThat(fal.tokensMinted()).isEqualTo(minted);
    } finally {
      fal.setApiKey(KEY);
    }
  }
}
