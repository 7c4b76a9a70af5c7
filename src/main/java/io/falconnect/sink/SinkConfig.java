// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectSettings;
import io.falconnect.connect.ConnectorProperties;
import io.falconnect.connect.FalConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.sink.input.InputConfig;
import io.falconnect.sink.result.OutputConfig;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** What the configurations of the sinks have in common, for the connectors and their tasks. */
public abstract class SinkConfig extends AbstractConfig {
  private final FalConfig fal;
  private final InputConfig input;
  private final OutputConfig output;

  /**
   * Parses a connector's or a task's properties.
   *
   * @param output what the sink publishes
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  SinkConfig(ConfigDef definition, OutputConfig.Kind output, Map<String, String> props) {
    super(definition, ConnectorProperties.withoutNulls(props));
    this.fal = new FalConfig(this);
    this.input = new InputConfig(this);
    this.output = new OutputConfig(this, output);
  }

  public FalConfig fal() {
    return fal;
  }

  public InputConfig input() {
    return input;
  }

  public OutputConfig output() {
    return output;
  }

  /** The keys of the URLs of fal that this sink contacts. */
  abstract String[] contactedUrls();

  /** Reports what is wrong between values. Does not use the network. */
  void check(ValidationReport report) {
    output.check(report);
    fal.check(report);
    ConnectSettings.warnOfHeaderConverter(originals());
  }
}
