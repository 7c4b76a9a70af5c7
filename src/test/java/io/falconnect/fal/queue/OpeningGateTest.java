// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class OpeningGateTest {
  private final Set<String> inside = ConcurrentHashMap.newKeySet();
  private final Set<String> turnedAway = ConcurrentHashMap.newKeySet();

  private void enter(OpeningGate gate, String who) {
    enter(gate, who, () -> true);
  }

  private void enter(OpeningGate gate, String who, BooleanSupplier wanted) {
    Thread thread =
        new Thread(
            () -> {
              try {
                (gate.enter(who, wanted) ? inside : turnedAway).add(who);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "gate-test-" + who);
    thread.setDaemon(true);
    thread.start();
    await().until(() -> !thread.isAlive() || thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void noMoreThanThePlacesComeInUntilOneLeaves() {
    OpeningGate gate = new OpeningGate(2, Duration.ofHours(1));
    enter(gate, "a");
    enter(gate, "b");
    enter(gate, "c");
    assertThat(inside).containsExactlyInAnyOrder("a", "b");
    gate.leave("a");
    await().until(() -> inside.contains("c"));
    gate.leave("a");
    enter(gate, "d");
    assertThat(inside).doesNotContain("d");
  }

  @Test
  void whoIsNotWantedAnyMoreUsesUpNoTurn() {
    OpeningGate gate = new OpeningGate(1, Duration.ofHours(1));
    AtomicBoolean wanted = new AtomicBoolean(true);
    enter(gate, "a");
    enter(gate, "cut", wanted::get);
    enter(gate, "next");
    wanted.set(false);
    gate.leave("a");
    await().until(() -> inside.contains("next"));
    assertThat(turnedAway).containsExactly("cut");
    enter(gate, "too-late", () -> false);
    await().until(() -> turnedAway.contains("too-late"));
    assertThat(inside).containsExactlyInAnyOrder("a", "next");
  }

  @Test
  void whoStaysTooLongLosesItsPlace() {
    OpeningGate gate = new OpeningGate(1, Duration.ofMillis(50));
    enter(gate, "unanswered");
    enter(gate, "next");
    await().until(() -> inside.contains("next"));
    gate.leave("unanswered");
  }
}
