// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.MetricsContext;
import org.apache.kafka.common.metrics.Sensor;

/** Metrics in JMX for workers that have no place for them, under the names that others give. */
final class JmxMetricRegistry implements MetricRegistry {
  private static final String NAMESPACE = "kafka.connect";
  private static final String GROUP = "plugins";

  private final Map<String, String> task = new LinkedHashMap<>();
  private final Metrics metrics;

  JmxMetricRegistry(String connector, int task) {
    this.task.put("connector", connector);
    this.task.put("task", Integer.toString(task));
    MetricsContext context = new KafkaMetricsContext(NAMESPACE);
    this.metrics = new Metrics();
    // They begin with a metric of their own, whose name in JMX is that of the worker's.
    List.copyOf(metrics.metrics().keySet()).forEach(metrics::removeMetric);
    JmxReporter reporter = new JmxReporter();
    reporter.contextChange(context);
    metrics.addReporter(reporter);
  }

  @Override
  public MetricName name(String name, String description, Map<String, String> tags) {
    Map<String, String> all = new LinkedHashMap<>(task);
    all.putAll(tags);
    return metrics.metricName(name, GROUP, description, all);
  }

  @Override
  public void add(MetricName name, MetricValueProvider<?> value) {
    metrics.addMetric(name, value);
  }

  @Override
  public Sensor sensor(String name) {
    return metrics.sensor(name);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
