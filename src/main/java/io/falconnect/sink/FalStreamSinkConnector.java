// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Posts each record of its topics to a streaming endpoint of fal, and publishes every progressive
 * output to a result topic.
 */
public final class FalStreamSinkConnector extends FalSinkConnector {
  /** Called by Connect, also only to ask for the version. */
  public FalStreamSinkConnector() {}

  @Override
  OutputConfig.Kind output() {
    return StreamSinkConfig.OUTPUT;
  }

  @Override
  public ConfigDef config() {
    return StreamSinkConfig.definition();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FalStreamSinkTask.class;
  }

  @Override
  public Config validate(Map<String, String> props) {
    return SinkValidation.validate(
        super.validate(props), StreamSinkConfig.OUTPUT, props, StreamSinkConfig::new);
  }
}
