// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class OpeningGateTest {
  private final Set<String> inside = ConcurrentHashMap.newKeySet();

  private void enter(OpeningGate gate, String who) {
    Thread thread =
        new Thread(
            () -> {
              try {
                gate.enter(who);
                inside.add(who);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "gate-test-" + who);
    thread.setDaemon(true);
    thread.start();
    await().until(() -> inside.contains(who) || thread.getState() == Thread.State.TIMED_WAITING);
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
  void whoStaysTooLongLosesItsPlace() {
    OpeningGate gate = new OpeningGate(1, Duration.ofMillis(50));
    enter(gate, "unanswered");
    enter(gate, "next");
    await().until(() -> inside.contains("next"));
    gate.leave("unanswered");
  }
}
