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

/** Metrics in JMX for workers without plugin metrics, under the same names. */
final class JmxMetricRegistry implements MetricRegistry {
  private static final String NAMESPACE = "kafka.connect";
  private static final String GROUP = "plugins";

  private final Map<String, String> taskTags = new LinkedHashMap<>();
  private final Metrics metrics;

  JmxMetricRegistry(String connector, int task) {
    this.taskTags.put("connector", connector);
    this.taskTags.put("task", Integer.toString(task));
    MetricsContext context = new KafkaMetricsContext(NAMESPACE);
    this.metrics = new Metrics();
    // Kafka adds a metric of its own, whose name in JMX is already used by the worker.
    List.copyOf(metrics.metrics().keySet()).forEach(metrics::removeMetric);
    JmxReporter reporter = new JmxReporter();
    reporter.contextChange(context);
    metrics.addReporter(reporter);
  }

  @Override
  public MetricName createName(String name, String description, Map<String, String> tags) {
    Map<String, String> all = new LinkedHashMap<>(taskTags);
    all.putAll(tags);
    return metrics.metricName(name, GROUP, description, all);
  }

  @Override
  public void addMetric(MetricName name, MetricValueProvider<?> value) {
    metrics.addMetric(name, value);
  }

  @Override
  public Sensor createSensor(String name) {
    return metrics.sensor(name);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
