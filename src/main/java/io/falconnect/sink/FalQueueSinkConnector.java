// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Submits each record of its topics to the queue of fal, and publishes what the queue answers to a
 * topic that the status source takes as its control topic.
 */
public final class FalQueueSinkConnector extends FalSinkConnector {
  /** Called by Connect, also only to ask for the version. */
  public FalQueueSinkConnector() {}

  @Override
  OutputConfig.Kind output() {
    return QueueSinkConfig.OUTPUT;
  }

  @Override
  public ConfigDef config() {
    return QueueSinkConfig.definition();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FalQueueSinkTask.class;
  }

  @Override
  public Config validate(Map<String, String> props) {
    return SinkValidation.validate(
        super.validate(props), QueueSinkConfig.OUTPUT, props, QueueSinkConfig::new);
  }
}
