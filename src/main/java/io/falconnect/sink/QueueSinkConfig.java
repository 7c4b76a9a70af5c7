// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.FalConfig;
import io.falconnect.sink.call.QueueConfig;
import io.falconnect.sink.input.InputConfig;
import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Configuration of the queue sink, for the connector and its tasks: the rooms' sections. */
final class QueueSinkConfig extends SinkConfig {
  static final OutputConfig.Kind OUTPUT = OutputConfig.Kind.REQUEST;

  private final QueueConfig queue;

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  QueueSinkConfig(Map<String, String> props) {
    super(definition(), OUTPUT, props);
    this.queue = new QueueConfig(this, input());
  }

  /** The definition of all keys that a user sets. */
  static ConfigDef definition() {
    ConfigDef definition = new ConfigDef();
    InputConfig.define(definition);
    QueueConfig.define(definition);
    OutputConfig.define(definition, OUTPUT);
    return FalConfig.define(definition);
  }

  QueueConfig queue() {
    return queue;
  }

  @Override
  String[] contactedUrls() {
    return new String[] {ConnectionConfig.QUEUE_URL};
  }
}
