// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import io.falconnect.connect.Counters;
import io.falconnect.connect.RefusalReport;
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
 * The metrics of a sink task. The task thread and the delivery thread update them, each metric by
 * one thread only; any thread may read them.
 */
public final class SinkMetrics {
  private static final Set<Cause> SESSION_KINDS =
      EnumSet.complementOf(EnumSet.of(Cause.SILENT, Cause.ENDED, Cause.IDLE));
  private static final Set<Cause> SESSION_CAUSES =
      EnumSet.complementOf(EnumSet.of(Cause.SILENT, Cause.INCOMPLETE));
  private static final Set<Cause> CALL_KINDS =
      EnumSet.complementOf(EnumSet.of(Cause.APP_ERROR, Cause.TIMEOUT, Cause.ENDED, Cause.IDLE));

  private final LongSupplier nanoClock;
  private final boolean sessions;
  private final RefusalReport refusals;
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
  private volatile Buffered buffered = new Buffered(0, false, OptionalLong.empty());
  private volatile TransportLoad load = new TransportLoad(0, 0, 0);

  /**
   * The inputs that a task has taken and that are not done, at a moment.
   *
   * @param bytes the sum of their payloads
   * @param paused whether the task's partitions are paused
   * @param oldestSince when the task took the oldest of them: nano time; empty if there is none
   */
  public record Buffered(long bytes, boolean paused, OptionalLong oldestSince) {}

  private SinkMetrics(boolean sessions, LongSupplier nanoClock) {
    this.sessions = sessions;
    this.errors = new Counters<>(sessions ? SESSION_KINDS : CALL_KINDS);
    this.nanoClock = nanoClock;
    this.refusals = new RefusalReport(nanoClock);
    this.lastResultAt = nanoClock.getAsLong();
  }

  /**
   * Metrics of a sink with sessions, all zero.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public static SinkMetrics ofSessions(LongSupplier nanoClock) {
    return new SinkMetrics(true, nanoClock);
  }

  /**
   * Metrics of a sink that makes calls, all zero.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public static SinkMetrics ofCalls(LongSupplier nanoClock) {
    return new SinkMetrics(false, nanoClock);
  }

  /** Says whether fal refuses the account. */
  public RefusalReport refusals() {
    return refusals;
  }

  /** Counts a record that was taken as an input. */
  public void countInput() {
    inputs.increment();
  }

  /** Counts a record that was skipped because it has no value. */
  public void countSkipped() {
    skipped.increment();
  }

  /** Counts a result that Kafka has acknowledged. */
  public void countResult() {
    results.increment();
    lastResultAt = nanoClock.getAsLong();
  }

  /**
   * Records the latency of an input whose last result Kafka has just acknowledged.
   *
   * @param takenAt when the task took the input: nano time
   */
  public void recordLatency(long takenAt) {
    latency.accept(millisSince(takenAt));
  }

  /** Counts an input that is sent again. */
  public void countRetry() {
    retries.increment();
  }

  /**
   * Counts a call or a session that failed, or an answer that could not be read. The normal end of
   * a session is not a failure and must not be given.
   */
  public void countFailure(Cause kind) {
    errors.increment(kind);
  }

  /** Counts a session that is opened because the one before has ended. */
  public void countReconnect(Cause cause) {
    reconnects.increment(cause);
  }

  /** Counts an input that failed for good. */
  void countFailedInput() {
    failedInputs.increment();
  }

  /** Counts a failed input that Connect has reported. */
  void countDeadLetter() {
    deadLetters.increment();
  }

  /** Counts a frame that answers no input. */
  public void countStrayFrame() {
    strayFrames.increment();
  }

  /** Sets where the number of minted tokens is read. */
  public void setTokenMints(LongSupplier minted) {
    tokenMints = minted;
  }

  /** Sets the present state of the inputs that the task has taken. */
  public void setBuffered(Buffered inputs) {
    buffered = inputs;
  }

  /** Sets what is under way at fal at present. */
  public void setLoad(TransportLoad transport) {
    load = transport;
  }

  /**
   * Registers all metrics of the task.
   *
   * @param unacknowledgedBytes the bytes of the records that Kafka has not acknowledged yet
   */
  public void register(TaskMetrics metrics, LongSupplier unacknowledgedBytes) {
    metrics.addGauge("inputs-total", "records taken as inputs", inputs::sum);
    metrics.addGauge("skipped-inputs-total", "records without a value", skipped::sum);
    metrics.addGauge("inputs-waiting", "inputs that are not under way", () -> load.waiting());
    metrics.addGauge("inputs-in-flight", "inputs under way", () -> load.inFlight());
    metrics.addGauge("buffered-bytes", "payloads of inputs not done", () -> buffered.bytes());
    metrics.addGauge(
        "inputs-paused", "whether inputs wait in Kafka", () -> buffered.paused() ? 1 : 0);
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
    refusals.register(metrics);
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
    OptionalLong since = buffered.oldestSince();
    return since.isEmpty() ? 0 : millisSince(since.getAsLong());
  }

  private long millisSince(long then) {
    return Duration.ofNanos(nanoClock.getAsLong() - then).toMillis();
  }
}
