// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import io.falconnect.cluster.worker.WorkerMetrics;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import javax.management.ObjectName;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Metrics of a task in JMX, on a worker that has a place for them and on one that has none: the
 * same in all that can be seen from outside.
 */
class TaskMetricsTest {
  private static final String NAME = "metrics \"of\": a,test=*?";

  /** What a worker has of its own; under the same prefix. */
  private final Metrics worker =
      new Metrics(
          new MetricConfig(),
          List.of(new JmxReporter()),
          Time.SYSTEM,
          new KafkaMetricsContext("kafka.connect"));

  private final WorkerMetrics jmx = WorkerMetrics.ofThisJvm();

  /** A worker, by whether its Kafka has plugin metrics. */
  enum Worker {
    SINCE_4_1,
    BEFORE_4_1
  }

  @AfterEach
  void close() {
    worker.close();
  }

  private TaskMetrics open(Worker age, String connector, int task) {
    return TaskMetrics.open(
        connector,
        task,
        prefix -> {
          if (age == Worker.BEFORE_4_1) {
            throw new NoSuchMethodError("pluginMetrics");
          }
          Map<String, String> tags = new LinkedHashMap<>();
          tags.put("connector", connector);
          tags.put("task", "" + task);
          return new PluginMetricRegistry(new PluginMetricsImpl(worker, tags), prefix);
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRegisteredIsReadUnderTheNamesOfPluginMetrics(Worker age) throws Exception {
    AtomicLong value = new AtomicLong(3);
    TaskMetrics metrics = open(age, NAME, 1);
    metrics.addGauge("things-total", "things", value::get);
    metrics.addGauge("things-total", "things", Map.of("kind", "bad"), () -> 7);
    assertThat(jmx.readTask(NAME, 1))
        .isEqualTo(Map.of("things-total", 3.0, "things-total{kind=bad}", 7.0));
    value.set(4);
    assertThat(jmx.readTask(NAME, 1)).containsEntry("things-total", 4.0);
    String quoted = ObjectName.quote(NAME);
    assertThat(jmx.beanNames(NAME, 1).stream().map(ObjectName::toString))
        .containsExactlyInAnyOrder(
            "kafka.connect:type=plugins,connector=" + quoted + ",task=1",
            "kafka.connect:type=plugins,connector=" + quoted + ",task=1,kind=bad");
    metrics.close();
    assertThat(jmx.beanNames(NAME, 1)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theWorkersOwnStay(Worker age) throws Exception {
    ObjectName count = new ObjectName("kafka.connect:type=kafka-metrics-count");
    double before = count(count);
    TaskMetrics metrics = open(age, "plain", 0);
    metrics.addGauge("things", "things", () -> 1);
    assertThat(count(count)).isEqualTo(age == Worker.SINCE_4_1 ? before + 1 : before);
    metrics.close();
    assertThat(count(count)).isEqualTo(before);
  }

  private static double count(ObjectName bean) throws Exception {
    Object count = ManagementFactory.getPlatformMBeanServer().getAttribute(bean, "count");
    return ((Number) count).doubleValue();
  }

  @ParameterizedTest
  @EnumSource
  void aLatencyHasMeanMaximumAndPercentiles(Worker age) {
    try (TaskMetrics metrics = open(age, "latency", 0)) {
      LongConsumer latency = metrics.addLatency("result-latency", "how long it takes");
      assertThat(jmx.readTask("latency", 0).values()).hasSize(4).allMatch(value -> value.isNaN());
      for (int millis = 1; millis <= 1_000; millis++) {
        latency.accept(millis);
      }
      Map<String, Double> measured = jmx.readTask("latency", 0);
      assertThat(measured.get("result-latency-avg-ms")).isEqualTo(500.5);
      assertThat(measured.get("result-latency-max-ms")).isEqualTo(1_000);
      assertThat(measured.get("result-latency-p50-ms")).isCloseTo(500, within(25.0));
      assertThat(measured.get("result-latency-p99-ms")).isCloseTo(990, within(40.0));
      latency.accept(TimeUnit.DAYS.toMillis(1));
      assertThat(jmx.readTask("latency", 0)).containsEntry("result-latency-max-ms", 86_400_000.0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void latenciesOfTasksDoNotMix(Worker age) {
    try (TaskMetrics first = open(age, "own", 0);
        TaskMetrics second = open(age, "own", 1)) {
      first.addLatency("result-latency", "").accept(10);
      second.addLatency("result-latency", "").accept(30);
      assertThat(jmx.readTask("own", 0)).containsEntry("result-latency-max-ms", 10.0);
      assertThat(jmx.readTask("own", 1)).containsEntry("result-latency-max-ms", 30.0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTaskThatIsStartedBeforeItsPredecessorHasEndedHasItsOwn(Worker age) {
    TaskMetrics old = open(age, "restarted", 0);
    old.addGauge("things", "things", () -> 1);
    old.addLatency("result-latency", "").accept(10);
    TaskMetrics young = open(age, "restarted", 0);
    young.addGauge("things", "things", () -> 2);
    young.addLatency("result-latency", "").accept(20);
    old.close();
    assertThat(jmx.readTask("restarted", 0))
        .containsEntry("things", 2.0)
        .containsEntry("result-latency-avg-ms", 20.0);
    young.close();
    assertThat(jmx.beanNames("restarted", 0)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void failuresAreNobodysTrouble(Worker age) {
    try (TaskMetrics metrics = open(age, "failing", 0)) {
      metrics.addGauge("things", "things", () -> 1);
      assertThatCode(() -> metrics.addGauge("things", "again", () -> 2)).doesNotThrowAnyException();
      metrics.addGauge("others", "others", () -> 3);
      assertThat(jmx.readTask("failing", 0)).isEqualTo(Map.of("things", 1.0, "others", 3.0));
    }
  }

  @Test
  void aWorkerThatGivesNoneIsNoTroubleEither() {
    try (TaskMetrics metrics =
        TaskMetrics.open(
            "none",
            0,
            prefix -> {
              throw new IllegalStateException("no metrics today");
            })) {
      metrics.addGauge("things", "things", () -> 1);
      metrics.addLatency("result-latency", "").accept(10);
      assertThat(jmx.beanNames("none", 0)).isEmpty();
    }
  }
}
