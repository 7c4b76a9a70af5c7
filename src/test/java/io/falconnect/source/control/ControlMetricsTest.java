// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.connect.OldWorker;
import io.falconnect.connect.TaskMetrics;
import java.util.Map;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.junit.jupiter.api.Test;

class ControlMetricsTest {
  private static final String NAME = "control-metrics";

  @Test
  void eachThingIsCountedAsWhatItIs() {
    ControlMetrics metrics = new ControlMetrics();
    metrics.countRecord();
    metrics.countRecord();
    metrics.countUnusableRecord();
    metrics.updatePaused(true);
    metrics.updateUnstoredRecords(700);
    try (TaskMetrics registered =
        TaskMetrics.open(OldWorker.context(SourceTaskContext.class), NAME, 0)) {
      metrics.register(registered);
      assertThat(WorkerMetrics.ofThisJvm().readTask(NAME, 0))
          .isEqualTo(
              Map.of(
                  "control-records-total", 2.0,
                  "unusable-control-records-total", 1.0,
                  "control-paused", 1.0,
                  "control-records-unstored", 700.0));
    }
  }
}
