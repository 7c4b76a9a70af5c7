// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.Counters;
import io.falconnect.connect.RefusalReport;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.failure.Cause;
import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The metrics of the watches. The task thread writes them, any thread may read. */
public final class WatchMetrics {
  private static final Set<Cause> ERROR_KINDS = EnumSet.range(Cause.CONNECTION, Cause.NOT_TAKEN);

  private static final Set<Cause> RECONNECT_CAUSES =
      EnumSet.of(
          Cause.CONNECTION,
          Cause.LOCAL_LIMIT,
          Cause.UNAVAILABLE,
          Cause.RATE_LIMIT,
          Cause.SILENT,
          Cause.INCOMPLETE,
          Cause.MALFORMED,
          Cause.NOT_TAKEN,
          Cause.ENDED);

  private final LongSupplier nanoClock;
  private final RefusalReport refusals;
  private volatile long resultAgeMillis;
  private final LongAdder retries = new LongAdder();
  private final Counters<Cause> reconnects = new Counters<>(RECONNECT_CAUSES);
  private final Counters<Cause> errors = new Counters<>(ERROR_KINDS);
  private volatile WatchCounts watchCounts = new WatchCounts(0, 0, 0, OptionalLong.empty());

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
   * Starts with zeros.
   *
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public WatchMetrics(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.refusals = new RefusalReport(nanoClock);
  }

  /** Counts a stream or a fetch that failed, or an event that is not a status. */
  void countError(Cause kind) {
    errors.increment(kind);
  }

  /** Counts a stream that will be opened again. */
  void countReconnect(Cause cause) {
    reconnects.increment(cause);
  }

  /** Counts a failed stream or fetch that will be tried again. */
  void countRetry() {
    retries.increment();
  }

  /**
   * Notes how long after its request was completed a result was fetched.
   *
   * @param age since the task knows that the request is completed
   */
  void noteResultAge(Duration age) {
    resultAgeMillis = age.toMillis();
  }

  /** Says whether fal refuses the account. */
  RefusalReport refusals() {
    return refusals;
  }

  /** Replaces the gauges. */
  public void update(WatchCounts watches) {
    watchCounts = watches;
  }

  /** Registers every metric. */
  public void register(TaskMetrics metrics) {
    metrics.addGauge("watches-open", "open watches", () -> watchCounts.open());
    metrics.addGauge("open-streams", "watches with an open stream", () -> watchCounts.streams());
    metrics.addGauge(
        "open-fetches", "watches whose result is being fetched", () -> watchCounts.fetches());
    metrics.addGauge(
        "watches-waiting", "open watches that wait for an attempt", this::watchesWaiting);
    metrics.addGauge("oldest-watch-age-ms", "age of the oldest open watch", this::oldestWatchAge);
    metrics.addGauge(
        "result-age-ms",
        "time from the completion of a request to the fetch of its result, the last one",
        () -> resultAgeMillis);
    metrics.addGauge("retries-total", "streams and fetches tried again", retries::sum);
    refusals.register(metrics);
    reconnects.register(
        metrics, "reconnects-total", "streams opened again", "cause", Cause::metricName);
    errors.register(
        metrics, "errors-total", "streams and fetches failed", "kind", Cause::metricName);
  }

  private long watchesWaiting() {
    WatchCounts now = watchCounts;
    return now.open() - now.streams() - now.fetches();
  }

  private long oldestWatchAge() {
    OptionalLong since = watchCounts.oldestSince();
    if (since.isEmpty()) {
      return 0;
    }
    return Duration.ofNanos(nanoClock.getAsLong() - since.getAsLong()).toMillis();
  }
}
