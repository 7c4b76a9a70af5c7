// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.connect.OldWorker;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.failure.Cause;
import java.util.Map;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.junit.jupiter.api.Test;

class WatchMetricsTest {
  private static final String NAME = "watch-metrics";

  @Test
  void eachThingIsCountedAsWhatItIs() {
    WatchMetrics metrics = new WatchMetrics(System::nanoTime);
    metrics.countError(Cause.RATE_LIMIT);
    metrics.countReconnect(Cause.ENDED);
    metrics.countRetry();
    try (TaskMetrics registered =
        TaskMetrics.open(OldWorker.context(SourceTaskContext.class), NAME, 0)) {
      metrics.register(registered);
      Map<String, Double> counted = WorkerMetrics.ofThisJvm().readTask(NAME, 0);
      counted.values().removeIf(value -> value == 0);
      assertThat(counted)
          .isEqualTo(
              Map.of(
                  "errors-total{kind=rate-limit}", 1.0,
                  "reconnects-total{cause=ended}", 1.0,
                  "retries-total", 1.0));
    }
  }
}
