// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Sends each record of its topics to a realtime endpoint of fal over WebSocket, and publishes what
 * fal answers to a result topic.
 */
public final class FalRealtimeSinkConnector extends FalSinkConnector {
  /** Called by Connect, also only to ask for the version. */
  public FalRealtimeSinkConnector() {}

  @Override
  OutputConfig.Kind output() {
    return RealtimeSinkConfig.OUTPUT;
  }

  @Override
  public ConfigDef config() {
    return RealtimeSinkConfig.definition();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FalRealtimeSinkTask.class;
  }

  @Override
  public Config validate(Map<String, String> props) {
    return SinkValidation.validate(
        super.validate(props), RealtimeSinkConfig.OUTPUT, props, RealtimeSinkConfig::new);
  }
}
