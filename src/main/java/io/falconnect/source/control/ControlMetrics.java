// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.TaskMetrics;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of reading control records. The task thread writes them, any thread may read. */
public final class ControlMetrics {
  private final LongAdder records = new LongAdder();
  private final LongAdder unusableRecords = new LongAdder();
  private volatile boolean isPaused;
  private volatile long unstoredRecords;

  /** Starts with zeros. */
  public ControlMetrics() {}

  /** Counts a control record that was handled. */
  void countRecord() {
    records.increment();
  }

  /** Counts a control record that cannot be used. */
  void countUnusableRecord() {
    unusableRecords.increment();
  }

  /** Updates whether control records wait: for room, or for the converter. */
  void updatePaused(boolean paused) {
    isPaused = paused;
  }

  /** Updates how many control records are read whose effect is not safely stored yet. */
  void updateUnstoredRecords(long count) {
    unstoredRecords = count;
  }

  /** Registers every metric. */
  public void register(TaskMetrics metrics) {
    metrics.addGauge("control-records-total", "control records taken", records::sum);
    metrics.addGauge(
        "unusable-control-records-total", "control records passed over", unusableRecords::sum);
    metrics.addGauge("control-paused", "whether control records wait", () -> isPaused ? 1 : 0);
    metrics.addGauge(
        "control-records-unstored",
        "control records that are read and whose effect is not stored yet",
        () -> unstoredRecords);
  }
}
