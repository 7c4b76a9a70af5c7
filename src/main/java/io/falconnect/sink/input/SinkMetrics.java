// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import io.falconnect.connect.Counters;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.failure.Cause;
import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What a sink task tells of itself. Its threads count and measure, each what is its own, and any
 * thread may read.
 */
public final class SinkMetrics {
  private static final Set<Cause> SESSION_KINDS =
      EnumSet.complementOf(EnumSet.of(Cause.SILENT, Cause.ENDED, Cause.IDLE));
  private static final Set<Cause> SESSION_CAUSES =
      EnumSet.complementOf(EnumSet.of(Cause.SILENT, Cause.INCOMPLETE));
  private static final Set<Cause> CALL_KINDS =
      EnumSet.complementOf(EnumSet.of(Cause.APP_ERROR, Cause.TIMEOUT, Cause.ENDED, Cause.IDLE));

  private final LongSupplier nanoTime;
  private final boolean sessions;
  private final LongAdder inputs = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder results = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder failedInputs = new LongAdder();
  private final LongAdder deadLetters = new LongAdder();
  private final LongAdder strayFrames = new LongAdder();
  private final Counters<Cause> errors;
  private final Counters<Cause> reconnects = new Counters<>(SESSION_CAUSES);
  private volatile LongSupplier tokenMints = () -> 0;
  private volatile LongConsumer latency = millis -> {};
  private volatile long lastResultAt;
  private volatile Held held = new Held(0, false, OptionalLong.empty());
  private volatile TransportLoad load = new TransportLoad(0, 0, 0);

  /**
   * The inputs that are not done, at a moment.
   *
   * @param bytes of their payloads
   * @param paused whether no more are wanted
   * @param oldestSince when the oldest was taken: nano time
   */
  public record Held(long bytes, boolean paused, OptionalLong oldestSince) {}

  private SinkMetrics(boolean sessions, LongSupplier nanoTime) {
    this.sessions = sessions;
    this.errors = new Counters<>(sessions ? SESSION_KINDS : CALL_KINDS);
    this.nanoTime = nanoTime;
    this.lastResultAt = nanoTime.getAsLong();
  }

  /**
   * Zeros, for a sink that has sessions.
   *
   * @param nanoTime what tells the time, {@code System::nanoTime} outside tests
   */
  public static SinkMetrics ofSessions(LongSupplier nanoTime) {
    return new SinkMetrics(true, nanoTime);
  }

  /**
   * Zeros, for a sink that makes calls.
   *
   * @param nanoTime what tells the time, {@code System::nanoTime} outside tests
   */
  public static SinkMetrics ofCalls(LongSupplier nanoTime) {
    return new SinkMetrics(false, nanoTime);
  }

  /** A record was taken as an input. */
  public void input() {
    inputs.increment();
  }

  /** A record without a value was skipped. */
  public void skipped() {
    skipped.increment();
  }

  /** Kafka has acknowledged a result. */
  public void acknowledged() {
    results.increment();
    lastResultAt = nanoTime.getAsLong();
  }

  /**
   * An input is done: its last result was acknowledged.
   *
   * @param takenAt when it was taken: nano time
   */
  public void done(long takenAt) {
    latency.accept(millisSince(takenAt));
  }

  /** An input was sent again. */
  public void retry() {
    retries.increment();
  }

  /**
   * A call or a session failed, or what came could not be understood. An end in good order is not
   * counted.
   */
  public void failed(Cause kind) {
    errors.increment(kind);
  }

  /** A session is opened because there is none any more. */
  public void reconnect(Cause cause) {
    reconnects.increment(cause);
  }

  /** An input failed for good. */
  void failedInput() {
    failedInputs.increment();
  }

  /** Connect has reported one of these. */
  void deadLetter() {
    deadLetters.increment();
  }

  /** A frame answered no input. */
  public void strayFrame() {
    strayFrames.increment();
  }

  /** Tells who knows how many tokens were minted. */
  public void tokenMints(LongSupplier minted) {
    tokenMints = minted;
  }

  /** How it stands now with the inputs that the task holds. */
  public void measured(Held inputs) {
    held = inputs;
  }

  /** How it stands now at fal. */
  public void measured(TransportLoad transport) {
    load = transport;
  }

  /** Makes all of it known. */
  public void register(TaskMetrics metrics, LongSupplier unacknowledgedBytes) {
    metrics.addGauge("inputs-total", "records taken as inputs", inputs::sum);
    metrics.addGauge("skipped-inputs-total", "records without a value", skipped::sum);
    metrics.addGauge("inputs-waiting", "inputs that are not under way", () -> load.waiting());
    metrics.addGauge("inputs-in-flight", "inputs under way", () -> load.inFlight());
    metrics.addGauge("buffered-bytes", "payloads of inputs not done", () -> held.bytes());
    metrics.addGauge("inputs-paused", "whether inputs wait in Kafka", () -> held.paused() ? 1 : 0);
    metrics.addGauge(
        "oldest-input-age-ms", "age of the oldest input not done", this::oldestInputAge);
    metrics.addGauge("results-total", "results acknowledged", results::sum);
    metrics.addGauge(
        "last-result-age-ms",
        "time since the last result was acknowledged",
        () -> millisSince(lastResultAt));
    metrics.addGauge("unacknowledged-bytes", "results not acknowledged", unacknowledgedBytes);
    metrics.addGauge("retries-total", "inputs sent again", retries::sum);
    metrics.addGauge("failed-inputs-total", "inputs that failed for good", failedInputs::sum);
    metrics.addGauge("dead-letters-total", "failed inputs reported by Connect", deadLetters::sum);
    errors.register(
        metrics, "errors-total", "calls and sessions failed", "kind", Cause::metricName);
    latency = metrics.addLatency("result-latency", "from an input to its last result acknowledged");
    if (sessions) {
      registerSessions(metrics);
    } else {
      metrics.addGauge("open-calls", "calls under way", () -> load.open());
    }
  }

  private void registerSessions(TaskMetrics metrics) {
    metrics.addGauge("open-sessions", "sessions that are open", () -> load.open());
    metrics.addGauge("stray-frames-total", "frames that answer no input", strayFrames::sum);
    metrics.addGauge("token-mints-total", "tokens minted", () -> tokenMints.getAsLong());
    reconnects.register(
        metrics, "reconnects-total", "sessions opened again", "cause", Cause::metricName);
  }

  private long oldestInputAge() {
    OptionalLong since = held.oldestSince();
    return since.isEmpty() ? 0 : millisSince(since.getAsLong());
  }

  private long millisSince(long then) {
    return Duration.ofNanos(nanoTime.getAsLong() - then).toMillis();
  }
}
