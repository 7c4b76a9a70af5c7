// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.Counters;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.failure.Cause;
import io.falconnect.source.state.Outcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What a source task tells of itself. The task thread counts and measures, and any thread may read.
 */
public final class SourceMetrics {
  private static final Set<Cause> KINDS = EnumSet.range(Cause.CONNECTION, Cause.NOT_TAKEN);

  private static final Set<Cause> CAUSES =
      EnumSet.of(
          Cause.CONNECTION,
          Cause.UNAVAILABLE,
          Cause.RATE_LIMIT,
          Cause.SILENT,
          Cause.INCOMPLETE,
          Cause.MALFORMED,
          Cause.NOT_TAKEN,
          Cause.ENDED);

  private final LongSupplier nanoTime;
  private final LongAdder events = new LongAdder();
  private final LongAdder results = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder controlRecords = new LongAdder();
  private final LongAdder unusableControlRecords = new LongAdder();
  private final Counters<Outcome> outcomes = new Counters<>(EnumSet.allOf(Outcome.class));
  private final Counters<Cause> reconnects = new Counters<>(CAUSES);
  private final Counters<Cause> errors = new Counters<>(KINDS);
  private volatile long lastEventAt;
  private volatile Watching watching = new Watching(0, 0, 0, OptionalLong.empty());
  private volatile Intake intake = new Intake(false, 0);

  /**
   * The watches at a moment.
   *
   * @param open all that are open
   * @param streams those whose stream fal has opened
   * @param fetches those whose result is being fetched
   * @param oldestSince since when the oldest is open: nano time
   */
  record Watching(int open, int streams, int fetches, OptionalLong oldestSince) {}

  /**
   * What comes in, at a moment.
   *
   * @param waits whether control records wait for room
   * @param offsetBytes about the size of the largest source offset
   */
  public record Intake(boolean waits, long offsetBytes) {}

  /**
   * Zeros.
   *
   * @param nanoTime what tells the time, {@code System::nanoTime} outside tests
   */
  public SourceMetrics(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastEventAt = nanoTime.getAsLong();
  }

  /** Status records are handed to Connect. */
  public void events(int count, long now) {
    events.add(count);
    lastEventAt = now;
  }

  /** A result record is handed to Connect. */
  public void result() {
    results.increment();
  }

  /** A watch has ended. */
  public void ended(Outcome outcome) {
    outcomes.count(outcome);
  }

  /** A stream or a fetch failed, or an event could not be understood. */
  void failed(Cause kind) {
    errors.count(kind);
  }

  /** A stream will be opened again. */
  void reconnects(Cause cause) {
    reconnects.count(cause);
  }

  /** What failed will be tried again. */
  void retries() {
    retries.increment();
  }

  /** A control record was taken. */
  public void controlRecord() {
    controlRecords.increment();
  }

  /** It was unusable. */
  public void unusableControlRecord() {
    unusableControlRecords.increment();
  }

  /** How it stands now. */
  public void measured(Watching watches, Intake control) {
    watching = watches;
    intake = control;
  }

  /** Makes all of it known. */
  public void register(TaskMetrics metrics) {
    metrics.add("watches-open", "open watches", () -> watching.open());
    metrics.add("open-streams", "watches with an open stream", () -> watching.streams());
    metrics.add("open-fetches", "watches whose result is being fetched", () -> watching.fetches());
    metrics.add("watches-waiting", "open watches that wait for an attempt", this::waiting);
    metrics.add("oldest-watch-age-ms", "age of the oldest open watch", this::oldestWatchAge);
    metrics.add("last-event-age-ms", "time since the last status record", this::lastEventAge);
    metrics.add("events-total", "status records", events::sum);
    metrics.add("results-total", "result records", results::sum);
    metrics.add("retries-total", "streams and fetches tried again", retries::sum);
    metrics.add("control-records-total", "control records taken", controlRecords::sum);
    metrics.add(
        "unusable-control-records-total",
        "control records passed over",
        unusableControlRecords::sum);
    metrics.add("control-paused", "whether control records wait", () -> intake.waits() ? 1 : 0);
    metrics.add("offset-bytes", "size of the largest source offset", () -> intake.offsetBytes());
    outcomes.register(metrics, "outcomes-total", "watches that ended", "outcome", Outcome::name);
    reconnects.register(metrics, "reconnects-total", "streams opened again", "cause", Cause::word);
    errors.register(metrics, "errors-total", "streams and fetches failed", "kind", Cause::word);
  }

  private long waiting() {
    Watching now = watching;
    return now.open() - now.streams() - now.fetches();
  }

  private long oldestWatchAge() {
    OptionalLong since = watching.oldestSince();
    return since.isEmpty() ? 0 : millisSince(since.getAsLong());
  }

  private long lastEventAge() {
    return millisSince(lastEventAt);
  }

  private long millisSince(long then) {
    return Duration.ofNanos(nanoTime.getAsLong() - then).toMillis();
  }
}
