// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.FalConfig;
import io.falconnect.sink.call.StreamConfig;
import io.falconnect.sink.input.InputConfig;
import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Configuration of the stream sink, for the connector and its tasks: the rooms' sections. */
final class StreamSinkConfig extends SinkConfig {
  static final OutputConfig.Kind OUTPUT = OutputConfig.Kind.RESULT;

  private final StreamConfig stream;

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  StreamSinkConfig(Map<String, String> props) {
    super(definition(), OUTPUT, props);
    this.stream = new StreamConfig(this, input());
  }

  /** The definition of all keys that a user sets. */
  static ConfigDef definition() {
    ConfigDef definition = new ConfigDef();
    InputConfig.define(definition);
    StreamConfig.define(definition);
    OutputConfig.define(definition, OUTPUT);
    return FalConfig.define(definition);
  }

  StreamConfig stream() {
    return stream;
  }

  @Override
  String[] contactedUrls() {
    return new String[] {ConnectionConfig.RUN_URL};
  }
}
