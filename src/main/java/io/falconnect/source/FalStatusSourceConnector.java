// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.KeySpelling;
import io.falconnect.connect.Version;
import io.falconnect.source.control.ControlConfig;
import io.falconnect.source.control.ControlConsumer;
import io.falconnect.source.control.ControlPartitions;
import io.falconnect.source.control.TaskAssignment;
import io.falconnect.source.state.OffsetAlteration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Publishes every status change of the fal requests that a control topic names. Each partition of
 * the control topic belongs to one task; new partitions are noticed.
 */
public final class FalStatusSourceConnector extends SourceConnector {
  private StatusSourceConfig config;
  private ControlPartitions partitions;

  /** Called by Connect, also only to ask for the version. */
  public FalStatusSourceConnector() {}

  @Override
  public String version() {
    return Version.VERSION;
  }

  @Override
  public ConfigDef config() {
    return StatusSourceConfig.definition();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FalStatusSourceTask.class;
  }

  @Override
  public Config validate(Map<String, String> props) {
    return StatusSourceValidation.validate(super.validate(props), props);
  }

  @Override
  public void start(Map<String, String> props) {
    // Connect starts the same instance again after a failure, without a stop in between.
    stop();
    config = new StatusSourceConfig(props);
    new KeySpelling(config(), ControlConsumer.settingNames()).warn(props);
    String topic = config.control().topic();
    OffsetStorageReader offsets = context().offsetStorageReader();
    partitions =
        ControlPartitions.start(
            config.control(), context(), count -> LeftWatches.check(offsets, topic, count));
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return TaskAssignment.createTaskConfigs(
        config.originalsStrings(), partitions.partitionCount(), maxTasks);
  }

  @Override
  public void stop() {
    if (partitions != null) {
      partitions.close();
    }
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> props) {
    return ControlConsumer.readsCommitted(props)
        ? ExactlyOnceSupport.SUPPORTED
        : ExactlyOnceSupport.UNSUPPORTED;
  }

  @Override
  public boolean alterOffsets(
      Map<String, String> props, Map<Map<String, ?>, Map<String, ?>> offsets) {
    ControlConfig control = new StatusSourceConfig(props).control();
    OffsetAlteration.check(control.topic(), ControlPartitions.count(control), offsets);
    return true;
  }
}
