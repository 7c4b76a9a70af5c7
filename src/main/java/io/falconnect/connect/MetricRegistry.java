// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.Sensor;

/** A registry for the metrics of one task: the worker's plugin metrics, or JMX. */
interface MetricRegistry {
  /** The name of a metric of the task. Its first tags are the connector and the task. */
  MetricName createName(String name, String description, Map<String, String> tags);

  /** Registers a metric. */
  void addMetric(MetricName name, MetricValueProvider<?> value);

  /** A new sensor. */
  Sensor createSensor(String name);

  /** Removes everything that was registered. */
  void close();
}
