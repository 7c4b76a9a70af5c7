// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.KeySpelling;
import io.falconnect.connect.Version;
import io.falconnect.sink.input.InputConfig;
import io.falconnect.sink.result.OutputConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkConnector;

/** What the sinks' connectors have in common: Connect shares out the partitions by itself. */
abstract class FalSinkConnector extends SinkConnector {
  private Map<String, String> props;

  /** What this sink publishes. */
  abstract OutputConfig.Kind output();

  @Override
  public String version() {
    return Version.VERSION;
  }

  @Override
  public void start(Map<String, String> props) {
    this.props = props;
    new KeySpelling(config(), output().settingNames()).warn(props);
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<Map<String, String>> configs = new ArrayList<>(maxTasks);
    for (int task = 0; task < maxTasks; task++) {
      Map<String, String> config = new HashMap<>(props);
      config.put(InputConfig.TASK_ID, Integer.toString(task));
      configs.add(config);
    }
    return configs;
  }

  @Override
  public void stop() {
    // It holds nothing open.
  }
}
