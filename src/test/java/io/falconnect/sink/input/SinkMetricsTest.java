// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.connect.Inbox;
import io.falconnect.connect.OldWorker;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.docs.MetricsPage;
import io.falconnect.fal.failure.Cause;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {
  private static final String NAME = "sink-metrics";

  private final Inbox<String> inbox = new Inbox<>(10, 1_000, Duration.ZERO);
  private final TaskMetrics registered =
      TaskMetrics.open(OldWorker.context(SinkTaskContext.class), NAME, 0);

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

  @AfterEach
  void close() {
    registered.close();
  }

  private SinkMetrics sessions() {
    return register(SinkMetrics.ofSessions(() -> now));
  }

  private SinkMetrics calls() {
    return register(SinkMetrics.ofCalls(() -> now));
  }

  private SinkMetrics register(SinkMetrics metrics) {
    metrics.register(registered, () -> 11);
    inbox.register(registered);
    return metrics;
  }

  private static Map<String, Double> read() {
    return WorkerMetrics.ofThisJvm().readTask(NAME, 0);
  }

  @Test
  void thePageSaysWhatTheRealtimeSinkHas() {
    sessions();
    assertThat(read().keySet()).isEqualTo(MetricsPage.read().ofSink("realtime"));
  }

  @Test
  void thePageSaysWhatTheOtherSinksHave() {
    calls();
    assertThat(read().keySet())
        .isEqualTo(MetricsPage.read().ofSink("stream"))
        .isEqualTo(MetricsPage.read().ofSink("queue"));
  }

  @Test
  void agesAndLatenciesAreInMilliseconds() {
    SinkMetrics metrics = calls();
    long begin = now;
    now += TimeUnit.SECONDS.toNanos(2);
    assertThat(read())
        .containsEntry("last-result-age-ms", 2_000.0)
        .containsEntry("oldest-input-age-ms", 0.0);
    metrics.countResult();
    metrics.recordLatency(begin);
    metrics.setBuffered(new SinkMetrics.Buffered(100, true, OptionalLong.of(begin)));
    now += TimeUnit.SECONDS.toNanos(1);
    assertThat(read())
        .containsEntry("results-total", 1.0)
        .containsEntry("last-result-age-ms", 1_000.0)
        .containsEntry("oldest-input-age-ms", 3_000.0)
        .containsEntry("result-latency-avg-ms", 2_000.0)
        .containsEntry("buffered-bytes", 100.0)
        .containsEntry("inputs-paused", 1.0)
        .containsEntry("unacknowledged-bytes", 11.0);
  }

  @Test
  void eachThingIsCountedAsWhatItIs() {
    SinkMetrics metrics = sessions();
    metrics.countInput();
    metrics.countInput();
    metrics.countSkipped();
    metrics.countRetry();
    metrics.countFailure(Cause.APP_ERROR);
    metrics.countReconnect(Cause.IDLE);
    metrics.countFailedInput();
    metrics.countDeadLetter();
    metrics.countStrayFrame();
    metrics.setTokenMints(() -> 9);
    metrics.setLoad(new TransportLoad(1, 2, 3));
    Map<String, Double> counted = read();
    counted.values().removeIf(value -> value == 0 || value.isNaN());
    assertThat(counted)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("inputs-total", 2.0),
                Map.entry("skipped-inputs-total", 1.0),
                Map.entry("retries-total", 1.0),
                Map.entry("errors-total{kind=app-error}", 1.0),
                Map.entry("reconnects-total{cause=idle}", 1.0),
                Map.entry("failed-inputs-total", 1.0),
                Map.entry("dead-letters-total", 1.0),
                Map.entry("stray-frames-total", 1.0),
                Map.entry("token-mints-total", 9.0),
                Map.entry("open-sessions", 1.0),
                Map.entry("inputs-in-flight", 2.0),
                Map.entry("inputs-waiting", 3.0),
                Map.entry("unacknowledged-bytes", 11.0)));
  }
}
