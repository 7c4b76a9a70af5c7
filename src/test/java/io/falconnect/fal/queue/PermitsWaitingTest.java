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

class PermitsWaitingTest {
  private final Set<String> holders = ConcurrentHashMap.newKeySet();
  private final Set<String> turnedAway = ConcurrentHashMap.newKeySet();

  private void acquire(Permits<String> permits, String holder) {
    acquire(permits, holder, () -> true);
  }

  private void acquire(Permits<String> permits, String holder, BooleanSupplier wanted) {
    Thread thread =
        new Thread(
            () -> {
              try {
                (permits.acquire(holder, wanted) ? holders : turnedAway).add(holder);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "permits-test-" + holder);
    thread.setDaemon(true);
    thread.start();
    await().until(() -> !thread.isAlive() || thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void noMoreThanThePermitsAreHeldUntilOneIsReleased() {
    Permits<String> permits = permits(2, Duration.ofHours(1));
    acquire(permits, "a");
    acquire(permits, "b");
    acquire(permits, "c");
    assertThat(holders).containsExactlyInAnyOrder("a", "b");
    permits.release("a");
    await().until(() -> holders.contains("c"));
    permits.release("a");
    acquire(permits, "d");
    assertThat(holders).doesNotContain("d");
  }

  @Test
  void whatIsNotWantedAnyMoreAcquiresNoPermit() {
    Permits<String> permits = permits(1, Duration.ofHours(1));
    AtomicBoolean wanted = new AtomicBoolean(true);
    acquire(permits, "a");
    acquire(permits, "cut", wanted::get);
    acquire(permits, "next");
    wanted.set(false);
    permits.release("a");
    await().until(() -> holders.contains("next"));
    assertThat(turnedAway).containsExactly("cut");
    acquire(permits, "too-late", () -> false);
    await().until(() -> turnedAway.contains("too-late"));
    assertThat(holders).containsExactlyInAnyOrder("a", "next");
  }

  @Test
  void whatIsOverdueDelaysNoOther() {
    Permits<String> permits = permits(1, Duration.ofMillis(50));
    acquire(permits, "unanswered");
    acquire(permits, "next");
    await().until(() -> holders.contains("next"));
    permits.release("unanswered");
  }

  private static Permits<String> permits(int permits, Duration lease) {
    return new Permits<>(permits, Integer.MAX_VALUE, lease, System::nanoTime);
  }
}
