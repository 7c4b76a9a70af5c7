// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.awaitility.Awaitility.await;

import io.falconnect.fal.queue.QueueSignal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Keeps what is said, in order. */
public final class RecordingReceiver implements SignalReceiver<QueueSignal> {
  private final List<QueueSignal> signals = new CopyOnWriteArrayList<>();
  private volatile boolean full;
  private volatile boolean broken;
  private volatile int turnedAway;

  /** Turns away what is offered from now on. */
  public void fillUp() {
    full = true;
  }

  /** Turns away what is offered next, and takes what comes after it. */
  public void turnAwayOne() {
    turnedAway = 1;
  }

  /** From now on there is no memory for what is offered. */
  public void breakDown() {
    broken = true;
  }

  @Override
  public boolean offer(QueueSignal signal, int weight) {
    if (broken) {
      throw new OutOfMemoryError("as it were");
    }
    if (turnedAway > 0) {
      turnedAway--;
      return false;
    }
    return !full && signals.add(signal);
  }

  @Override
  public void tell(QueueSignal signal) {
    signals.add(signal);
  }

  public List<QueueSignal> signals() {
    return signals;
  }

  /** The first signal that is one of these, once it is there. */
  public QueueSignal awaitFirst(Predicate<QueueSignal> wanted) {
    await().until(() -> signals.stream().anyMatch(wanted));
    return signals.stream().filter(wanted).findFirst().orElseThrow();
  }

  public QueueSignal.StreamEnded awaitEnd() {
    return (QueueSignal.StreamEnded) awaitFirst(QueueSignal.StreamEnded.class::isInstance);
  }

  /** The names of the signals, in order: {@code [StreamEvent, StreamEnded]}. */
  public List<String> sequence() {
    return signals.stream().map(signal -> signal.getClass().getSimpleName()).toList();
  }

  public List<String> texts() {
    return signals.stream()
        .filter(QueueSignal.StreamEvent.class::isInstance)
        .map(signal -> ((QueueSignal.StreamEvent) signal).text())
        .toList();
  }
}
