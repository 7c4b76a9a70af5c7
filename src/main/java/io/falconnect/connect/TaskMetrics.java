// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Avg;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.common.metrics.stats.Percentile;
import org.apache.kafka.common.metrics.stats.Percentiles;
import org.apache.kafka.common.metrics.stats.Percentiles.BucketSizing;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a task: the worker's plugin metrics; on workers without them, the same names in
 * JMX. Registered values are read on any thread. Failures are logged once and never thrown: a task
 * also works without metrics.
 */
public final class TaskMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);
  private static final long LONGEST_MS = TimeUnit.HOURS.toMillis(1);

  /**
   * Ten thousand buckets, which grow with the latency: about four percent at a tenth of a second.
   */
  private static final int PERCENTILES_BYTES = 40_000;

  /** By connector and task: see {@link #open}. */
  private static final Map<String, TaskMetrics> OPEN = new HashMap<>();

  private final String task;

  /** Null before it is opened, and after it is closed. */
  private MetricRegistry registry;

  private boolean failed;

  private TaskMetrics(String task) {
    this.task = task;
  }

  /** Opens the metrics of a source task. */
  public static TaskMetrics open(SourceTaskContext context, String connector, int task) {
    return open(connector, task, prefix -> PluginMetricRegistry.open(context, prefix));
  }

  /** Opens the metrics of a sink task. */
  public static TaskMetrics open(SinkTaskContext context, String connector, int task) {
    return open(connector, task, prefix -> PluginMetricRegistry.open(context, prefix));
  }

  /** Opens the worker's registry. */
  interface RegistryOpener {
    /**
     * The registry.
     *
     * @param sensorPrefix a prefix that no other task's sensors have
     * @throws LinkageError on workers without plugin metrics
     */
    MetricRegistry open(String sensorPrefix);
  }

  /**
   * Opens the metrics of a task that has just started. An old task of the same name may still run:
   * Connect starts a task again when the old one does not stop in time. The old metrics are removed
   * now. If the old task removed them when it ends, the new task's metrics would go with them.
   */
  static TaskMetrics open(String connector, int task, RegistryOpener opener) {
    String name = connector + "-" + task;
    TaskMetrics metrics = new TaskMetrics(name);
    synchronized (OPEN) {
      TaskMetrics before = OPEN.put(name, metrics);
      if (before != null) {
        before.removeAll();
      }
    }
    metrics.logFailures(() -> metrics.registry = openRegistry(connector, task, opener));
    return metrics;
  }

  private static MetricRegistry openRegistry(String connector, int task, RegistryOpener opener) {
    try {
      return opener.open("fal-" + connector + "-" + task);
    } catch (LinkageError e) {
      LOG.debug(
          "The worker has no plugin metrics, which came with Kafka 4.1: they are in JMX alone");
      return new JmxMetricRegistry(connector, task);
    }
  }

  /** Registers a gauge or a counter; only the name shows which it is. */
  public void addGauge(String name, String description, LongSupplier value) {
    addGauge(name, description, Map.of(), value);
  }

  /** Registers a gauge or a counter with tags. */
  public void addGauge(
      String name, String description, Map<String, String> tags, LongSupplier value) {
    Gauge<Long> gauge = (config, now) -> value.getAsLong();
    register(to -> to.addMetric(to.createName(name, description, tags), gauge));
  }

  /**
   * Registers mean, maximum, median and 99th percentile of a latency.
   *
   * @return takes each measured latency in milliseconds, on any thread
   */
  public LongConsumer addLatency(String name, String description) {
    AtomicReference<LongConsumer> latency = new AtomicReference<>(millis -> {});
    register(
        to -> {
          Sensor sensor = to.createSensor(name);
          sensor.add(to.createName(name + "-avg-ms", description + ", mean", Map.of()), new Avg());
          sensor.add(
              to.createName(name + "-max-ms", description + ", longest", Map.of()), new Max());
          sensor.add(
              new Percentiles(
                  PERCENTILES_BYTES,
                  LONGEST_MS,
                  BucketSizing.LINEAR,
                  new Percentile(
                      to.createName(name + "-p50-ms", description + ", median", Map.of()), 50),
                  new Percentile(
                      to.createName(name + "-p99-ms", description + ", 99th percentile", Map.of()),
                      99)));
          latency.set(sensor::record);
        });
    return latency.get();
  }

  private synchronized void register(Consumer<MetricRegistry> registration) {
    if (registry != null) {
      logFailures(() -> registration.accept(registry));
    }
  }

  private synchronized void logFailures(Runnable registration) {
    try {
      registration.run();
    } catch (RuntimeException e) {
      if (!failed) {
        LOG.warn("Not all metrics of task {} could be registered or removed", task, e);
      }
      failed = true;
    }
  }

  private synchronized void removeAll() {
    MetricRegistry removed = registry;
    registry = null;
    if (removed != null) {
      logFailures(removed::close);
    }
  }

  /** Removes all metrics. */
  @Override
  public void close() {
    synchronized (OPEN) {
      OPEN.remove(task, this);
    }
    removeAll();
  }
}
