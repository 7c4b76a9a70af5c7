// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.connect.Inbox;
import io.falconnect.connect.OldWorker;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.docs.MetricsPage;
import io.falconnect.source.control.ControlMetrics;
import io.falconnect.source.record.RecordMetrics;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.watch.WatchMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics of all rooms of the source together, as a task registers them. */
class SourceMetricsTest {
  private static final String NAME = "source-metrics";

  private final Inbox<String> inbox = new Inbox<>(10, 1_000, Duration.ZERO);
  private final TaskMetrics registered =
      TaskMetrics.open(OldWorker.context(SourceTaskContext.class), NAME, 0);

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

  private final ControlMetrics control = new ControlMetrics();
  private final WatchMetrics watches = new WatchMetrics(() -> now);
  private final RecordMetrics records = new RecordMetrics(() -> now);

  @BeforeEach
  void register() {
    control.register(registered);
    watches.register(registered);
    records.register(registered);
    inbox.register(registered);
    new UnacknowledgedRecords(() -> now).register(registered);
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
    records.countEvents(3);
    watches.update(new WatchMetrics.WatchCounts(1, 1, 0, OptionalLong.of(begin)));
    now += TimeUnit.SECONDS.toNanos(1);
    assertThat(read())
        .containsEntry("events-total", 3.0)
        .containsEntry("last-event-age-ms", 1_000.0)
        .containsEntry("oldest-watch-age-ms", 3_000.0);
  }

  @Test
  void watchesWaitThatHaveNeitherAStreamNorAFetch() {
    watches.update(new WatchMetrics.WatchCounts(10, 4, 1, OptionalLong.of(now)));
    assertThat(read())
        .containsEntry("watches-open", 10.0)
        .containsEntry("open-streams", 4.0)
        .containsEntry("open-fetches", 1.0)
        .containsEntry("watches-waiting", 5.0);
  }

  @Test
  void whatIsPublishedIsCountedAsWhatItIs() {
    records.countResult();
    records.countOutcome(Outcome.NOT_FOUND);
    inbox.offer("signal", 5);
    Map<String, Double> counted = read();
    counted.values().removeIf(value -> value == 0);
    assertThat(counted)
        .isEqualTo(
            Map.of(
                "results-total", 1.0,
                "outcomes-total{outcome=NOT_FOUND}", 1.0,
                "inbox-size", 1.0,
                "inbox-bytes", 5.0));
  }
}
