// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EventBudgetTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(1);

  private static boolean acquire(EventBudget budget, Object stream, long bytes) {
    return acquire(budget, stream, bytes, new AtomicBoolean(true));
  }

  private static boolean acquire(
      EventBudget budget, Object stream, long bytes, AtomicBoolean isWanted) {
    try {
      return budget.acquire(stream, bytes, isWanted::get);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneStreamAloneMayExceedTheLimit() {
    EventBudget budget = new EventBudget(10, SHORT);
    assertThat(acquire(budget, "a", 6)).isTrue();
    assertThat(acquire(budget, "b", 6)).isTrue();
    assertThat(acquire(budget, "a", 1)).isFalse();
    assertThat(acquire(budget, "b", 100)).isTrue();
    assertThat(acquire(budget, "c", 1)).isFalse();
    assertThat(budget.used()).isEqualTo(112);
    budget.release("b", 106);
    assertThat(acquire(budget, "c", 4)).isTrue();
    assertThat(acquire(budget, "a", 1)).isTrue();
    assertThat(acquire(budget, "c", 1)).isFalse();
  }

  @Test
  void whatIsReturnedGoesToAStreamThatWaits() {
    EventBudget budget = new EventBudget(10, LONG);
    acquire(budget, "a", 11);
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> acquire(budget, "b", 5));
    assertThat(waiting).isNotDone();
    budget.release("a", 11);
    assertThat(waiting.join()).isTrue();
    assertThat(budget.used()).isEqualTo(5);
  }

  @Test
  void aStreamThatIsCutWaitsNoMore() {
    EventBudget budget = new EventBudget(10, LONG);
    acquire(budget, "a", 11);
    AtomicBoolean isWanted = new AtomicBoolean(true);
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> acquire(budget, "b", 5, isWanted));
    isWanted.set(false);
    await().until(waiting::isDone);
    assertThat(waiting.join()).isFalse();
    assertThat(budget.used()).isEqualTo(11);
  }
}
