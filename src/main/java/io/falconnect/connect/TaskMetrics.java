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
 * The metrics of a task: the worker's plugin metrics, or where it has none, the same names in JMX.
 * What is registered is read on any thread. Failures are logged, once, and never thrown: a task
 * works without metrics too.
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

  /** Null where there is none, or not any more. */
  private MetricRegistry registry;

  private boolean failed;

  private TaskMetrics(String task) {
    this.task = task;
  }

  /** Those of a source task. */
  public static TaskMetrics of(SourceTaskContext context, String connector, int task) {
    return open(connector, task, prefix -> PluginMetricRegistry.of(context, prefix));
  }

  /** Those of a sink task. */
  public static TaskMetrics of(SinkTaskContext context, String connector, int task) {
    return open(connector, task, prefix -> PluginMetricRegistry.of(context, prefix));
  }

  /** Makes the worker's registry. */
  interface OfWorker {
    /**
     * The registry.
     *
     * @param sensorPrefix what no sensor of another task begins with
     * @throws LinkageError on workers that have none
     */
    MetricRegistry registry(String sensorPrefix);
  }

  /**
   * Begins with the metrics of a task that has just been started. One of the same name may still be
   * there: Connect starts a task again while it waits in vain for the old one's end. Its metrics go
   * now, and not when it ends, for then they would take the new one's with them.
   */
  static TaskMetrics open(String connector, int task, OfWorker ofWorker) {
    String name = connector + "-" + task;
    TaskMetrics metrics = new TaskMetrics(name);
    synchronized (OPEN) {
      TaskMetrics before = OPEN.put(name, metrics);
      if (before != null) {
        before.remove();
      }
    }
    metrics.attempt(() -> metrics.registry = registry(connector, task, ofWorker));
    return metrics;
  }

  private static MetricRegistry registry(String connector, int task, OfWorker ofWorker) {
    try {
      return ofWorker.registry("fal-" + connector + "-" + task);
    } catch (LinkageError e) {
      LOG.debug(
          "The worker has no plugin metrics, which came with Kafka 4.1: they are in JMX alone");
      return new JmxMetricRegistry(connector, task);
    }
  }

  /** Registers a gauge, or a counter: whoever reads it tells them by their names. */
  public void add(String name, String description, LongSupplier value) {
    add(name, description, Map.of(), value);
  }

  /** Registers one with a tag. */
  public void add(String name, String description, Map<String, String> tags, LongSupplier value) {
    Gauge<Long> gauge = (config, now) -> value.getAsLong();
    register(to -> to.add(to.name(name, description, tags), gauge));
  }

  /**
   * Registers mean, maximum, median and 99th percentile of a latency.
   *
   * @return takes what is measured, in milliseconds, on any thread
   */
  public LongConsumer latency(String name, String description) {
    AtomicReference<LongConsumer> latency = new AtomicReference<>(millis -> {});
    register(
        to -> {
          Sensor sensor = to.sensor(name);
          sensor.add(to.name(name + "-avg-ms", description + ", mean", Map.of()), new Avg());
          sensor.add(to.name(name + "-max-ms", description + ", longest", Map.of()), new Max());
          sensor.add(
              new Percentiles(
                  PERCENTILES_BYTES,
                  LONGEST_MS,
                  BucketSizing.LINEAR,
                  new Percentile(to.name(name + "-p50-ms", description + ", median", Map.of()), 50),
                  new Percentile(
                      to.name(name + "-p99-ms", description + ", 99th percentile", Map.of()), 99)));
          latency.set(sensor::record);
        });
    return latency.get();
  }

  private synchronized void register(Consumer<MetricRegistry> registration) {
    if (registry != null) {
      attempt(() -> registration.accept(registry));
    }
  }

  private synchronized void attempt(Runnable registration) {
    try {
      registration.run();
    } catch (RuntimeException e) {
      if (!failed) {
        LOG.warn("Not all metrics of task {} could be registered or removed", task, e);
      }
      failed = true;
    }
  }

  private synchronized void remove() {
    MetricRegistry removed = registry;
    registry = null;
    if (removed != null) {
      attempt(removed::close);
    }
  }

  /** Removes them all. */
  @Override
  public void close() {
    synchronized (OPEN) {
      OPEN.remove(task, this);
    }
    remove();
  }
}
