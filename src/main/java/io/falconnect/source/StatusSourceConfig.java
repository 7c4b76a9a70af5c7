// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.ConnectorProperties;
import io.falconnect.connect.FalConfig;
import io.falconnect.source.control.ControlConfig;
import io.falconnect.source.record.RecordConfig;
import io.falconnect.source.watch.WatchConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Configuration of the status source, for the connector and its tasks: the rooms' sections. */
public final class StatusSourceConfig extends AbstractConfig {
  private final FalConfig fal = new FalConfig(this);
  private final ControlConfig control = new ControlConfig(this);
  private final RecordConfig records = new RecordConfig(this);
  private final WatchConfig watch = new WatchConfig(this);

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  public StatusSourceConfig(Map<String, String> props) {
    super(definition(), ConnectorProperties.withoutNulls(props));
  }

  /** The definition of all keys that a user sets. */
  static ConfigDef definition() {
    ConfigDef definition = new ConfigDef();
    ControlConfig.define(definition);
    RecordConfig.define(definition);
    WatchConfig.define(definition);
    return FalConfig.define(definition);
  }

  /** The topics that the source publishes to, by the keys that name them. */
  Map<String, String> publishedTopics() {
    Map<String, String> topics = new LinkedHashMap<>();
    for (String key :
        List.of(
            RecordConfig.STATUS_TOPIC,
            RecordConfig.RESULT_TOPIC,
            RecordConfig.ERRORS_TOPIC,
            ControlConfig.HEARTBEAT_TOPIC)) {
      if (getString(key) != null) {
        topics.put(key, getString(key));
      }
    }
    return topics;
  }

  public FalConfig fal() {
    return fal;
  }

  public ControlConfig control() {
    return control;
  }

  public RecordConfig records() {
    return records;
  }

  public WatchConfig watch() {
    return watch;
  }
}
