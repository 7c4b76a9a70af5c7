// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Assigns the partitions of the control topic to tasks, round robin. Stateless. */
public final class TaskAssignment {
  private TaskAssignment() {}

  /** One configuration for each task; no more tasks than partitions. */
  public static List<Map<String, String>> createTaskConfigs(
      Map<String, String> props, int partitionCount, int maxTasks) {
    int tasks = Math.min(partitionCount, maxTasks);
    List<Map<String, String>> configs = new ArrayList<>(tasks);
    for (int task = 0; task < tasks; task++) {
      StringJoiner partitions = new StringJoiner(",");
      for (int partition = task; partition < partitionCount; partition += tasks) {
        partitions.add(Integer.toString(partition));
      }
      Map<String, String> config = new HashMap<>(props);
      config.put(ControlConfig.TASK_ID, Integer.toString(task));
      config.put(ControlConfig.TASK_PARTITIONS, partitions.toString());
      config.put(ControlConfig.TASK_PARTITION_COUNT, Integer.toString(partitionCount));
      configs.add(config);
    }
    return configs;
  }
}
