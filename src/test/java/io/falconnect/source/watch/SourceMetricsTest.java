// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.connect.Inbox;
import io.falconnect.connect.OldWorker;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.docs.MetricsPage;
import io.falconnect.fal.failure.Cause;
import io.falconnect.source.state.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SourceMetricsTest {
  private static final String NAME = "source-metrics";

  private final Inbox<String> inbox = new Inbox<>(10, 1_000, Duration.ZERO);
  private final TaskMetrics registered =
      TaskMetrics.of(OldWorker.context(SourceTaskContext.class), NAME, 0);

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

  private final SourceMetrics metrics = new SourceMetrics(() -> now);

  @BeforeEach
  void register() {
    metrics.register(registered);
    inbox.register(registered);
  }

  @AfterEach
  void close() {
    registered.close();
  }

  private static Map<String, Double> read() {
    return WorkerMetrics.ofThisJvm().readTask(NAME, 0);
  }

  @Test
  void thePageSaysWhatThereIs() {
    assertThat(read().keySet()).isEqualTo(MetricsPage.read().ofSource());
  }

  @Test
  void allBeginsAtZero() {
    assertThat(read().values()).containsOnly(0.0);
  }

  @Test
  void agesAreOfTheMomentInWhichTheyAreRead() {
    long begin = now;
    now += TimeUnit.SECONDS.toNanos(2);
    assertThat(read())
        .containsEntry("last-event-age-ms", 2_000.0)
        .containsEntry("oldest-watch-age-ms", 0.0);
    metrics.countEvents(3);
    metrics.update(
        new SourceMetrics.WatchCounts(1, 1, 0, OptionalLong.of(begin)),
        new SourceMetrics.IntakeState(false, 0));
    now += TimeUnit.SECONDS.toNanos(1);
    assertThat(read())
        .containsEntry("events-total", 3.0)
        .containsEntry("last-event-age-ms", 1_000.0)
        .containsEntry("oldest-watch-age-ms", 3_000.0);
  }

  @Test
  void watchesWaitThatHaveNeitherAStreamNorAFetch() {
    metrics.update(
        new SourceMetrics.WatchCounts(10, 4, 1, OptionalLong.of(now)),
        new SourceMetrics.IntakeState(true, 700));
    assertThat(read())
        .containsEntry("watches-open", 10.0)
        .containsEntry("open-streams", 4.0)
        .containsEntry("open-fetches", 1.0)
        .containsEntry("watches-waiting", 5.0)
        .containsEntry("control-paused", 1.0)
        .containsEntry("offset-bytes", 700.0);
  }

  @Test
  void eachThingIsCountedAsWhatItIs() {
    metrics.countResult();
    metrics.countOutcome(Outcome.NOT_FOUND);
    metrics.countError(Cause.RATE_LIMIT);
    metrics.countReconnect(Cause.ENDED);
    metrics.countRetry();
    metrics.countControlRecord();
    metrics.countControlRecord();
    metrics.countUnusableControlRecord();
    inbox.offer("signal", 5);
    Map<String, Double> counted = read();
    counted.values().removeIf(value -> value == 0);
    assertThat(counted)
        .isEqualTo(
            Map.of(
                "results-total", 1.0,
                "outcomes-total{outcome=NOT_FOUND}", 1.0,
                "errors-total{kind=rate-limit}", 1.0,
                "reconnects-total{cause=ended}", 1.0,
                "retries-total", 1.0,
                "control-records-total", 2.0,
                "unusable-control-records-total", 1.0,
                "inbox-size", 1.0,
                "inbox-bytes", 5.0));
  }
}
