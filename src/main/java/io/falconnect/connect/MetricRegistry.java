// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.Sensor;

/** Where the metrics of one task are registered: the worker's own place for them, or another. */
interface MetricRegistry {
  /** The name of a metric of the task; connector and task are in its tags, first of all. */
  MetricName name(String name, String description, Map<String, String> tags);

  /** Registers a metric. */
  void add(MetricName name, MetricValueProvider<?> value);

  /** A new sensor, which nobody else has. */
  Sensor sensor(String name);

  /** Removes all that was registered here. */
  void close();
}
