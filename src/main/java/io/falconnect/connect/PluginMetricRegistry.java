// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;

/**
 * The plugin metrics of workers from Kafka 4.1 on. A class of its own, because it cannot be linked
 * on older workers.
 */
final class PluginMetricRegistry implements MetricRegistry {
  private final PluginMetrics metrics;
  private final String sensorPrefix;
  private final List<MetricName> names = new ArrayList<>();
  private final List<String> sensors = new ArrayList<>();

  /**
   * Registers in the metrics of the worker.
   *
   * @param sensorPrefix makes names of sensors unique, because Connect keeps the sensors of all
   *     tasks together
   */
  PluginMetricRegistry(PluginMetrics metrics, String sensorPrefix) {
    this.metrics = metrics;
    this.sensorPrefix = sensorPrefix;
  }

  static MetricRegistry open(SourceTaskContext context, String sensorPrefix) {
    return new PluginMetricRegistry(context.pluginMetrics(), sensorPrefix);
  }

  static MetricRegistry open(SinkTaskContext context, String sensorPrefix) {
    return new PluginMetricRegistry(context.pluginMetrics(), sensorPrefix);
  }

  @Override
  public MetricName createName(String name, String description, Map<String, String> tags) {
    return metrics.metricName(name, description, new LinkedHashMap<>(tags));
  }

  @Override
  public void addMetric(MetricName name, MetricValueProvider<?> value) {
    metrics.addMetric(name, value);
    names.add(name);
  }

  @Override
  public Sensor createSensor(String name) {
    Sensor sensor = metrics.addSensor(sensorPrefix + "-" + name);
    sensors.add(sensorPrefix + "-" + name);
    return sensor;
  }

  @Override
  public void close() {
    sensors.forEach(metrics::removeSensor);
    sensors.clear();
    names.forEach(metrics::removeMetric);
    names.clear();
  }
}
