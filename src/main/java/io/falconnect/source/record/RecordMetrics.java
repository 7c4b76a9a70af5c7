// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import io.falconnect.connect.Counters;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.source.state.Outcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The metrics of what is published. The task thread writes them, any thread may read. */
public final class RecordMetrics {
  private final LongSupplier nanoClock;
  private final LongAdder events = new LongAdder();
  private final LongAdder results = new LongAdder();
  private final Counters<Outcome> outcomes = new Counters<>(EnumSet.allOf(Outcome.class));
  private volatile long lastEventAt;

  /**
   * Starts with zeros.
   *
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public RecordMetrics(LongSupplier nanoClock) {
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
    outcomes.increment(outcome);
  }

  /** Registers every metric. */
  public void register(TaskMetrics metrics) {
    metrics.addGauge("last-event-age-ms", "time since the last status record", this::lastEventAge);
    metrics.addGauge("events-total", "status records", events::sum);
    metrics.addGauge("results-total", "result records", results::sum);
    outcomes.register(metrics, "outcomes-total", "watches that ended", "outcome", Outcome::name);
  }

  private long lastEventAge() {
    return Duration.ofNanos(nanoClock.getAsLong() - lastEventAt).toMillis();
  }
}
