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
 * The metrics of a source task. The task thread counts and updates; any thread may read the
 * registered values.
 */
public final class SourceMetrics {
  private static final Set<Cause> ERROR_KINDS = EnumSet.range(Cause.CONNECTION, Cause.NOT_TAKEN);

  private static final Set<Cause> RECONNECT_CAUSES =
      EnumSet.of(
          Cause.CONNECTION,
          Cause.UNAVAILABLE,
          Cause.RATE_LIMIT,
          Cause.SILENT,
          Cause.INCOMPLETE,
          Cause.MALFORMED,
          Cause.NOT_TAKEN,
          Cause.ENDED);

  private final LongSupplier nanoClock;
  private final LongAdder events = new LongAdder();
  private final LongAdder results = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder controlRecords = new LongAdder();
  private final LongAdder unusableControlRecords = new LongAdder();
  private final Counters<Outcome> outcomes = new Counters<>(EnumSet.allOf(Outcome.class));
  private final Counters<Cause> reconnects = new Counters<>(RECONNECT_CAUSES);
  private final Counters<Cause> errors = new Counters<>(ERROR_KINDS);
  private volatile long lastEventAt;
  private volatile WatchCounts watchCounts = new WatchCounts(0, 0, 0, OptionalLong.empty());
  private volatile IntakeState intakeState = new IntakeState(false, 0);

  /**
   * How many watches there are.
   *
   * @param open watches that are open
   * @param streams watches whose stream fal has opened
   * @param fetches watches whose result is being fetched
   * @param oldestSince since when the task works on the oldest watch: nano time
   */
  public record WatchCounts(int open, int streams, int fetches, OptionalLong oldestSince) {}

  /**
   * The state of the control records' intake.
   *
   * @param isPaused whether control records wait for room
   * @param offsetBytes the approximate size of the largest source offset
   */
  public record IntakeState(boolean isPaused, long offsetBytes) {}

  /**
   * Starts with zeros.
   *
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public SourceMetrics(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.lastEventAt = nanoClock.getAsLong();
  }

  /** Counts status records that are handed to Connect now. */
  public void countEvents(int count) {
    events.add(count);
    lastEventAt = nanoClock.getAsLong();
  }

  /** Counts a result record that is handed to Connect. */
  public void countResult() {
    results.increment();
  }

  /** Counts a watch that has ended. */
  public void countOutcome(Outcome outcome) {
    outcomes.count(outcome);
  }

  /** Counts a stream or a fetch that failed, or an event that is not a status. */
  void countError(Cause kind) {
    errors.count(kind);
  }

  /** Counts a stream that will be opened again. */
  void countReconnect(Cause cause) {
    reconnects.count(cause);
  }

  /** Counts a failed stream or fetch that will be tried again. */
  void countRetry() {
    retries.increment();
  }

  /** Counts a control record that was read. */
  public void countControlRecord() {
    controlRecords.increment();
  }

  /** Counts a control record that cannot be used. */
  public void countUnusableControlRecord() {
    unusableControlRecords.increment();
  }

  /** Replaces the gauges. */
  public void update(WatchCounts watches, IntakeState control) {
    watchCounts = watches;
    intakeState = control;
  }

  /** Registers every metric. */
  public void register(TaskMetrics metrics) {
    metrics.add("watches-open", "open watches", () -> watchCounts.open());
    metrics.add("open-streams", "watches with an open stream", () -> watchCounts.streams());
    metrics.add(
        "open-fetches", "watches whose result is being fetched", () -> watchCounts.fetches());
    metrics.add("watches-waiting", "open watches that wait for an attempt", this::watchesWaiting);
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
    metrics.add(
        "control-paused", "whether control records wait", () -> intakeState.isPaused() ? 1 : 0);
    metrics.add(
        "offset-bytes", "size of the largest source offset", () -> intakeState.offsetBytes());
    outcomes.register(metrics, "outcomes-total", "watches that ended", "outcome", Outcome::name);
    reconnects.register(metrics, "reconnects-total", "streams opened again", "cause", Cause::word);
    errors.register(metrics, "errors-total", "streams and fetches failed", "kind", Cause::word);
  }

  private long watchesWaiting() {
    WatchCounts now = watchCounts;
    return now.open() - now.streams() - now.fetches();
  }

  private long oldestWatchAge() {
    OptionalLong since = watchCounts.oldestSince();
    return since.isEmpty() ? 0 : millisSince(since.getAsLong());
  }

  private long lastEventAge() {
    return millisSince(lastEventAt);
  }

  private long millisSince(long then) {
    return Duration.ofNanos(nanoClock.getAsLong() - then).toMillis();
  }
}
