// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.fal.queue.QueueSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final ExecutorService producers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    producers.shutdownNow();
  }

  @Test
  void everyProducersSignalsComeInItsOrder() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(7, 1_000_000, LONG);
    for (int producer = 0; producer < 4; producer++) {
      int number = producer;
      producers.execute(
          () -> {
            for (int i = 0; i < 500; i++) {
              inbox.offer(data(number + " " + i), 1);
            }
            inbox.tell(data(number + " 500"));
          });
    }
    List<QueueSignal> taken = new ArrayList<>();
    while (taken.size() < 4 * 501) {
      inbox.drainTo(taken, 5, LONG);
    }
    for (int producer = 0; producer < 4; producer++) {
      String prefix = producer + " ";
      List<Integer> numbers =
          taken.stream()
              .map(signal -> ((QueueSignal.StreamEvent) signal).text())
              .filter(text -> text.startsWith(prefix))
              .map(text -> Integer.parseInt(text.substring(2)))
              .toList();
      assertThat(numbers).hasSize(501).isSorted().doesNotHaveDuplicates();
    }
    assertThat(inbox.size()).isZero();
  }

  @Test
  void isBoundedByCount() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(2, 100, SHORT);
    assertThat(inbox.offer(data("a"), 1)).isTrue();
    assertThat(inbox.offer(data("b"), 1)).isTrue();
    assertThat(inbox.offer(data("c"), 1)).isFalse();
    assertThat(drain(inbox, 1)).containsExactly("a");
    assertThat(inbox.offer(data("d"), 1)).isTrue();
    assertThat(drain(inbox, 10)).containsExactly("b", "d");
  }

  @Test
  void aPauseLastsHoweverFullItIs() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(1, 100, SHORT);
    assertThat(inbox.offer(data("a"), 1)).isTrue();
    long begin = System.nanoTime();
    inbox.awaitClose(Duration.ofMillis(50));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(40));
    inbox.close();
    inbox.awaitClose(LONG);
  }

  @Test
  void isBoundedByBytesButTakesOneThatIsLarger() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(100, 10, SHORT);
    assertThat(inbox.offer(data("a"), 6)).isTrue();
    assertThat(inbox.offer(data("b"), 5)).isFalse();
    assertThat(inbox.offer(data("c"), 4)).isTrue();
    assertThat(drain(inbox, 10)).containsExactly("a", "c");
    assertThat(inbox.offer(data("d"), 1_000)).isTrue();
    assertThat(inbox.offer(data("e"), 1)).isFalse();
    assertThat(drain(inbox, 10)).containsExactly("d");
    assertThat(inbox.offer(data("f"), 10)).isTrue();
  }

  @Test
  void aBatchEndsWhenItHasEnoughBytes() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(100, 100, SHORT);
    for (String text : List.of("a", "b", "c", "d")) {
      assertThat(inbox.offer(data(text), 10)).isTrue();
    }
    List<QueueSignal> taken = new ArrayList<>();
    assertThat(inbox.drainTo(taken, 10, 15, Duration.ZERO)).isFalse();
    assertThat(taken).hasSize(2);
    assertThat(inbox.bytes()).isEqualTo(20);
    assertThat(inbox.drainTo(taken, 10, 15, Duration.ZERO)).isTrue();
    assertThat(taken).hasSize(4);
  }

  @Test
  void whatIsToldIsNeverTurnedAway() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(1, 10, SHORT);
    assertThat(inbox.offer(data("a"), 10)).isTrue();
    inbox.tell(data("b"));
    inbox.tell(data("c"));
    assertThat(drain(inbox, 10)).containsExactly("a", "b", "c");
  }

  @Test
  void roomWakesAWaitingProducer() throws Exception {
    Inbox<QueueSignal> inbox = new Inbox<>(1, 10, LONG);
    inbox.offer(data("a"), 1);
    AtomicReference<Thread> thread = new AtomicReference<>();
    CompletableFuture<Boolean> offered = offer(inbox, thread);
    awaitWaiting(thread);
    assertThat(drain(inbox, 1)).containsExactly("a");
    assertThat(offered.join()).isTrue();
    assertThat(drain(inbox, 1)).containsExactly("late");
  }

  @Test
  void closingWakesProducersAndTheConsumerAndTurnsEveryoneAway() throws Exception {
    Inbox<QueueSignal> full = new Inbox<>(1, 10, LONG);
    full.offer(data("a"), 1);
    AtomicReference<Thread> producer = new AtomicReference<>();
    CompletableFuture<Boolean> offered = offer(full, producer);
    awaitWaiting(producer);
    full.close();
    assertThat(offered.join()).isFalse();
    assertThat(full.offer(data("b"), 1)).isFalse();
    full.tell(data("c"));
    assertThat(full.size()).isZero();
    assertThat(drain(full, 10)).isEmpty();

    Inbox<QueueSignal> empty = new Inbox<>(1, 10, LONG);
    AtomicReference<Thread> consumer = new AtomicReference<>();
    CompletableFuture<List<String>> drained =
        CompletableFuture.supplyAsync(
            () -> {
              consumer.set(Thread.currentThread());
              return drainNow(empty);
            },
            producers);
    awaitWaiting(consumer);
    empty.close();
    assertThat(drained.join()).isEmpty();
  }

  @Test
  void anInterruptedProducerIsTurnedAwayAndStaysInterrupted() {
    Inbox<QueueSignal> inbox = new Inbox<>(1, 10, LONG);
    inbox.offer(data("a"), 1);
    Thread.currentThread().interrupt();
    assertThat(inbox.offer(data("b"), 1)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  private CompletableFuture<Boolean> offer(
      Inbox<QueueSignal> inbox, AtomicReference<Thread> thread) {
    return CompletableFuture.supplyAsync(
        () -> {
          thread.set(Thread.currentThread());
          return inbox.offer(data("late"), 1);
        },
        producers);
  }

  private static void awaitWaiting(AtomicReference<Thread> thread) {
    await()
        .until(() -> thread.get() != null && thread.get().getState() == Thread.State.TIMED_WAITING);
  }

  private static List<String> drain(Inbox<QueueSignal> inbox, int max) throws InterruptedException {
    List<QueueSignal> taken = new ArrayList<>();
    inbox.drainTo(taken, max, Duration.ZERO);
    return taken.stream().map(signal -> ((QueueSignal.StreamEvent) signal).text()).toList();
  }

  private static List<String> drainNow(Inbox<QueueSignal> inbox) {
    try {
      List<QueueSignal> taken = new ArrayList<>();
      inbox.drainTo(taken, 10, LONG);
      return taken.stream().map(Object::toString).toList();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static QueueSignal data(String text) {
    return new QueueSignal.StreamEvent(null, text, 0);
  }
}
