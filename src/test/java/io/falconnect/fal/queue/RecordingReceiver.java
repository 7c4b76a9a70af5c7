// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.awaitility.Awaitility.await;

import io.falconnect.fal.http.SignalReceiver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Keeps the signals of streams and fetches in the order in which they came. */
public final class RecordingReceiver implements SignalReceiver<QueueSignal> {
  private final List<QueueSignal> signals = new CopyOnWriteArrayList<>();
  private volatile boolean full;
  private volatile boolean broken;
  private volatile int toRefuse;

  /** Refuses every signal that is offered from now on. */
  public void fillUp() {
    full = true;
  }

  /** Refuses the next signal that is offered, and takes those after it. */
  public void refuseOne() {
    toRefuse = 1;
  }

  /** Throws an error for every signal that is offered from now on. */
  public void breakDown() {
    broken = true;
  }

  @Override
  public boolean offer(QueueSignal signal, int weight) {
    if (broken) {
      throw new OutOfMemoryError("simulated");
    }
    if (toRefuse > 0) {
      toRefuse--;
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

  /** Waits for the first signal that matches. */
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
