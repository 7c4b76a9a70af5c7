// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.FalConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.sink.input.InputConfig;
import io.falconnect.sink.realtime.RealtimeConfig;
import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Configuration of the realtime sink, for the connector and its tasks: the rooms' sections. */
public final class RealtimeSinkConfig extends SinkConfig {
  static final OutputConfig.Kind OUTPUT = OutputConfig.Kind.RESULT;

  private final RealtimeConfig realtime;

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  public RealtimeSinkConfig(Map<String, String> props) {
    super(definition(), OUTPUT, props);
    this.realtime = new RealtimeConfig(this, input());
  }

  /** The definition of all keys that a user sets. */
  static ConfigDef definition() {
    ConfigDef definition = new ConfigDef();
    InputConfig.define(definition);
    RealtimeConfig.define(definition);
    OutputConfig.define(definition, OUTPUT);
    return FalConfig.define(definition);
  }

  public RealtimeConfig realtime() {
    return realtime;
  }

  @Override
  String[] contactedUrls() {
    return realtime.mintsTokens()
        ? new String[] {ConnectionConfig.RUN_URL, ConnectionConfig.REST_URL}
        : new String[] {ConnectionConfig.RUN_URL};
  }

  @Override
  void check(ValidationReport report) {
    super.check(report);
    realtime.check(report);
  }
}
