// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Keeps what is said, in order. */
public final class RecordingSink implements SignalSink<StreamSignal> {
  private final List<StreamSignal> signals = new CopyOnWriteArrayList<>();
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
  public boolean offer(StreamSignal signal, int weight) {
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
  public void tell(StreamSignal signal) {
    signals.add(signal);
  }

  public List<StreamSignal> signals() {
    return signals;
  }

  /** The first signal that is one of these, once it is there. */
  public StreamSignal awaitFirst(Predicate<StreamSignal> wanted) {
    await().until(() -> signals.stream().anyMatch(wanted));
    return signals.stream().filter(wanted).findFirst().orElseThrow();
  }

  public StreamSignal.Ended awaitEnd() {
    return (StreamSignal.Ended) awaitFirst(StreamSignal.Ended.class::isInstance);
  }

  /** The names of the signals, in order: {@code [Data, Ended]}. */
  public List<String> sequence() {
    return signals.stream().map(signal -> signal.getClass().getSimpleName()).toList();
  }

  public List<String> texts() {
    return signals.stream()
        .filter(StreamSignal.Data.class::isInstance)
        .map(signal -> ((StreamSignal.Data) signal).text())
        .toList();
  }
}
