// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The source partition of a control partition: the map under which Connect stores its source
 * offset. Stateless.
 */
public final class SourcePartition {
  private static final String TOPIC = "topic";
  private static final String PARTITION = "partition";

  private SourcePartition() {}

  /**
   * A HashMap, because the order in which its keys are written decides whether stored offsets are
   * found, and offsets altered over REST come in that of a HashMap.
   */
  public static Map<String, Object> of(String topic, int partition) {
    Map<String, Object> map = new HashMap<>();
    map.put(TOPIC, topic);
    map.put(PARTITION, partition);
    return map;
  }

  /** Whether a map from an operator is the source partition of a partition of the topic. */
  static boolean isOf(String topic, Map<String, ?> map) {
    return map != null
        && map.keySet().equals(Set.of(TOPIC, PARTITION))
        && topic.equals(map.get(TOPIC))
        && (map.get(PARTITION) instanceof Integer || map.get(PARTITION) instanceof Long)
        && ((Number) map.get(PARTITION)).longValue() >= 0;
  }
}
