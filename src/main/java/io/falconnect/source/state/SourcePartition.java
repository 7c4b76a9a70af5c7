// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A source partition: the map under which Connect stores a source offset. {@code {"partition",
 * "shard"}} has the state of a shard, {@code {"partition"}} a floor that an operator has set.
 *
 * @param partition the number of the control partition
 * @param shard the number of the shard; empty in the source partition of a floor
 */
public record SourcePartition(int partition, OptionalInt shard) {
  static final String PARTITION = "partition";
  static final String SHARD = "shard";
  private static final String TOPIC = "topic";

  /** The source partition of a shard. */
  public static SourcePartition ofShard(int partition, int shard) {
    return new SourcePartition(partition, OptionalInt.of(shard));
  }

  /** The source partition of an operator's floor. */
  public static SourcePartition ofFloor(int partition) {
    return new SourcePartition(partition, OptionalInt.empty());
  }

  /** The map under which format version 1 stored the state of a control partition. */
  public static Map<String, Object> createVersion1Map(String topic, int partition) {
    Map<String, Object> map = new HashMap<>();
    map.put(TOPIC, topic);
    map.put(PARTITION, partition);
    return map;
  }

  /**
   * A HashMap, because the order in which its keys are written decides whether stored offsets are
   * found, and offsets altered over REST come in that of a HashMap.
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new HashMap<>();
    map.put(PARTITION, partition);
    shard.ifPresent(number -> map.put(SHARD, number));
    return map;
  }

  /**
   * Reads a map from an operator.
   *
   * @throws IllegalArgumentException when it is no source partition; the message says why
   */
  static SourcePartition parse(Map<String, ?> map) {
    if (map != null && map.keySet().equals(Set.of(TOPIC, PARTITION))) {
      throw new IllegalArgumentException(SourceOffset.VERSION_1);
    }
    if (map == null
        || !map.containsKey(PARTITION)
        || !Set.of(PARTITION, SHARD).containsAll(map.keySet())) {
      throw new IllegalArgumentException(
          "it has no 'partition', or keys other than 'partition' and 'shard'");
    }
    int partition = readNumber(map, PARTITION, Integer.MAX_VALUE);
    return map.containsKey(SHARD)
        ? ofShard(partition, readNumber(map, SHARD, Shards.COUNT))
        : ofFloor(partition);
  }

  private static int readNumber(Map<String, ?> map, String key, int end) {
    Object value = map.get(key);
    boolean isInteger = value instanceof Integer || value instanceof Long;
    long number = isInteger ? ((Number) value).longValue() : -1;
    if (number < 0 || number >= end) {
      throw new IllegalArgumentException(
          "'"
              + key
              + "' is "
              + Objects.toString(value)
              + ", and not a number from 0 to "
              + (end - 1));
    }
    return (int) number;
  }

  /** The map as JSON, as it is sent over REST. */
  @Override
  public String toString() {
    return "{\"partition\":"
        + partition
        + (shard.isPresent() ? ",\"shard\":" + shard.getAsInt() : "")
        + "}";
  }
}
