// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.http.SignalReceiver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps what realtime sessions say, in order. */
final class RealtimeRecorder implements SignalReceiver<RealtimeSignal> {
  private final List<RealtimeSignal> signals = new CopyOnWriteArrayList<>();
  private volatile boolean full;
  private volatile CountDownLatch held;

  /** Turns away what is offered from now on. */
  void fillUp() {
    full = true;
  }

  /** What is offered waits, until it is let in. */
  CountDownLatch hold() {
    held = new CountDownLatch(1);
    return held;
  }

  @Override
  public boolean offer(RealtimeSignal signal, int weight) {
    try {
      return !full && (held == null || held.await(30, TimeUnit.SECONDS)) && signals.add(signal);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void tell(RealtimeSignal signal) {
    signals.add(signal);
  }

  /** The names of the signals, in order: {@code [Opened, Output, Ended]}. */
  List<String> sequence() {
    return signals.stream().map(signal -> signal.getClass().getSimpleName()).toList();
  }

  List<RealtimeSignal> signals() {
    return signals;
  }

  List<JsonNode> outputs() {
    return signals.stream()
        .filter(RealtimeSignal.Output.class::isInstance)
        .map(signal -> ((RealtimeSignal.Output) signal).json())
        .toList();
  }

  void awaitCount(Class<? extends RealtimeSignal> kind, int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> signals.stream().filter(kind::isInstance).count() >= count);
  }

  /** The end of the one session there is. */
  SessionEnd awaitEnd() {
    awaitCount(RealtimeSignal.Ended.class, 1);
    return signals.stream()
        .filter(RealtimeSignal.Ended.class::isInstance)
        .map(signal -> ((RealtimeSignal.Ended) signal).end())
        .findFirst()
        .orElseThrow();
  }
}
