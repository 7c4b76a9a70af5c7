// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import io.falconnect.connect.Inbox;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.sink.result.Acknowledgement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What other threads give to the delivery thread: signals of fal's side, which may have to wait for
 * room, and events of the task thread and acknowledgements of Kafka, which never wait.
 *
 * @param <S> the signals of fal's side
 */
final class DeliveryInbox<S> implements SignalReceiver<S> {
  private static final int MAX_SIGNALS = 4_096;
  private static final int MAX_BATCH = 1_024;
  private static final long MAX_BYTES = 32L * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** An empty entry only wakes the thread. */
  private final Inbox<Optional<S>> signals = new Inbox<>(MAX_SIGNALS, MAX_BYTES, PATIENCE);

  private final Queue<DeliveryEvent> events = new ConcurrentLinkedQueue<>();
  private final Queue<Acknowledgement> acknowledgements = new ConcurrentLinkedQueue<>();

  /** Whether an entry that wakes the thread is among the signals. */
  private final AtomicBoolean wakeUpPending = new AtomicBoolean();

  @Override
  public boolean offer(S signal, int weight) {
    return signals.offer(Optional.of(signal), weight);
  }

  @Override
  public void tell(S signal) {
    signals.tell(Optional.of(signal));
  }

  /** Adds an event of the task thread. */
  void addEvent(DeliveryEvent event) {
    events.add(event);
    wakeUp();
  }

  /** Adds an acknowledgement, on the producer's thread or on the delivery thread. */
  void addAcknowledgement(Acknowledgement acknowledgement) {
    acknowledgements.add(acknowledgement);
    wakeUp();
  }

  /** Ends the wait of the delivery thread. */
  void wakeUp() {
    if (wakeUpPending.compareAndSet(false, true)) {
      signals.tell(Optional.empty());
    }
  }

  /**
   * Handles signals, after a wait for the first one.
   *
   * @return whether all signals so far are handled
   */
  boolean handleSignals(Duration wait, Consumer<S> handler) throws InterruptedException {
    List<Optional<S>> batch = new ArrayList<>();
    signals.drainTo(batch, MAX_BATCH, wait);
    for (Optional<S> signal : batch) {
      signal.ifPresentOrElse(handler, () -> wakeUpPending.set(false));
    }
    return batch.size() < MAX_BATCH;
  }

  /** Waits for this time, or until the inbox is closed. Signals stay in it. */
  void awaitClose(Duration time) throws InterruptedException {
    signals.awaitClose(time);
  }

  /** Handles all events of the task thread so far. */
  void handleEvents(Consumer<DeliveryEvent> handler) {
    for (DeliveryEvent next = events.poll(); next != null; next = events.poll()) {
      handler.accept(next);
    }
  }

  /** Handles all acknowledgements so far. */
  void handleAcknowledgements(Consumer<Acknowledgement> handler) {
    for (Acknowledgement next = acknowledgements.poll();
        next != null;
        next = acknowledgements.poll()) {
      handler.accept(next);
    }
  }

  /** Refuses signals from now on. */
  void close() {
    signals.close();
  }

  /** Registers how full it is. */
  void register(TaskMetrics metrics) {
    signals.register(metrics);
  }
}
