// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the source does when fal refuses its requests. */
class WatchRefusalsTest {
  private static final String LOCKED = "User is locked. Reason: Exhausted balance.";
  private static final Script RUNNING = Script.builder().manual().inProgress().completed().build();

  private final FalSimulator fal = FalSimulator.start();
  private final WatchSupervisorScene scene = new WatchSupervisorScene(fal);

  @AfterEach
  void close() {
    scene.close();
    fal.close();
  }

  private List<String> register(int requests) {
    List<String> ids = IntStream.range(0, requests).mapToObj(i -> "r" + i).toList();
    ids.forEach(id -> fal.registerRequest(id, "a/b", RUNNING));
    return ids;
  }

  private long refusals() {
    return scene.failures().stream().filter(failure -> failure.httpStatus() == 403).count();
  }

  @Test
  void noWatchEndsWhileTheAccountIsRefusedAndAllGoOnByThemselves() {
    List<String> ids = register(400);
    fal.lockAccount(LOCKED);
    ids.forEach(scene::watch);
    scene.await(() -> refusals() >= 150);
    ids.forEach(id -> assertThat(scene.outcomes(id)).isEmpty());
    int tried = fal.receivedRequests().size();
    assertThat(tried).as("those that waited for their turn were taken back").isLessThan(390);
    fal.unlockAccount();
    ids.forEach(id -> fal.request(id).advance());
    scene.await(() -> ids.stream().noneMatch(id -> scene.outcomes(id).isEmpty()));
    ids.forEach(id -> assertThat(scene.outcomes(id)).containsExactly(Outcome.SUCCEEDED));
    assertThat(scene.watches().fatalError()).isNull();
  }

  @Test
  void whenOpenStreamsBreakAndAreRefusedNoWatchEnds() {
    List<String> ids = register(6);
    ids.forEach(scene::watch);
    scene.await(() -> ids.stream().noneMatch(id -> scene.events(id).isEmpty()));
    fal.lockAccount(LOCKED);
    fal.resetConnections();
    scene.await(() -> refusals() >= 12);
    ids.forEach(id -> assertThat(scene.outcomes(id)).isEmpty());
    fal.unlockAccount();
    ids.forEach(id -> fal.request(id).advance());
    scene.await(() -> ids.stream().noneMatch(id -> scene.outcomes(id).isEmpty()));
    ids.forEach(id -> assertThat(scene.outcomes(id)).containsExactly(Outcome.SUCCEEDED));
  }

  @Test
  void whileStreamsThatAreOpenGoOnAWatchIsNotDeniedForTheAccount() {
    List<String> ids = register(6);
    ids.forEach(scene::watch);
    scene.await(() -> ids.stream().noneMatch(id -> scene.events(id).isEmpty()));
    fal.registerRequest("late", "a/b", RUNNING);
    fal.lockAccount(LOCKED);
    scene.watch("late");
    scene.await(() -> refusals() >= 8);
    assertThat(scene.outcomes("late")).isEmpty();
    ids.forEach(id -> assertThat(scene.outcomes(id)).isEmpty());
    fal.unlockAccount();
    fal.request("late").advance();
    ids.forEach(id -> fal.request(id).advance());
    scene.await(() -> !scene.outcomes("late").isEmpty());
    assertThat(scene.outcomes("late")).containsExactly(Outcome.SUCCEEDED);
  }

  @Test
  void withoutToleranceTheTaskFailsWithTheWordsOfFal() {
    scene.with("errors.tolerance", "none");
    fal.lockAccount(LOCKED);
    register(3).forEach(scene::watch);
    scene.await(() -> scene.watches().fatalError() != null);
    assertThat(scene.watches().fatalError())
        .hasMessageContaining("fal refused request r")
        .hasMessageContaining(LOCKED)
        .hasMessageContaining("No watch is lost")
        .hasMessageNotContaining("fal.api.key");
    assertThat(scene.ledger.open()).hasSize(3);
  }

  @Test
  void refusedForTooLongTheTaskFails() {
    scene.patience(Duration.ofMillis(500));
    fal.lockAccount(LOCKED);
    register(3).forEach(scene::watch);
    scene.await(() -> scene.watches().fatalError() != null);
    assertThat(scene.watches().fatalError())
        .hasMessageContaining("more than 500 ms")
        .hasMessageContaining(LOCKED);
    assertThat(scene.ledger.open()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "none"})
  void aRequestThatAloneIsRefusedEndsAlsoAfterARestart(String tolerance) {
    scene.with("errors.tolerance", tolerance);
    List<String> ids = register(20);
    List<String> forbidden = List.of("r0", "r7");
    forbidden.forEach(id -> fal.attachFault(id, Fault.FORBIDDEN, FalSimulator.ALWAYS));
    ids.stream().filter(id -> !forbidden.contains(id)).forEach(scene::watch);
    scene.await(() -> ids.stream().filter(id -> !scene.events(id).isEmpty()).count() == 18);
    scene.watch("r0");
    scene.await(() -> !scene.outcomes("r0").isEmpty());
    scene.watch("r7");
    scene.restart();
    scene.await(() -> !scene.outcomes("r7").isEmpty());
    forbidden.forEach(id -> assertThat(scene.outcomes(id)).containsExactly(Outcome.DENIED));
    ids.forEach(id -> fal.request(id).advance());
    scene.await(() -> ids.stream().noneMatch(id -> scene.outcomes(id).isEmpty()));
    assertThat(scene.watches().fatalError()).isNull();
    assertThat(scene.ledger.open()).isEmpty();
  }

  @Test
  void aResultThatIsRefusedWithTheAccountIsFetchedLater() {
    scene.withResults();
    List<String> ids = register(3);
    ids.forEach(scene::watch);
    scene.await(() -> ids.stream().noneMatch(id -> scene.events(id).isEmpty()));
    fal.attachFault(Surface.RESULT, Fault.status(403, LOCKED), 20);
    ids.forEach(id -> fal.request(id).advance());
    scene.await(() -> scene.results().size() == 3);
    ids.forEach(id -> assertThat(scene.outcomes(id)).containsExactly(Outcome.SUCCEEDED));
  }
}
