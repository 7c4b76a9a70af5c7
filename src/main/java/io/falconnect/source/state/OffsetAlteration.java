// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks source offsets that an operator sets over REST. Stateless. */
public final class OffsetAlteration {
  private OffsetAlteration() {}

  /**
   * Checks every partition and offset. A null offset resets its partition and is not checked.
   *
   * @param controlTopic the topic that the offsets have to be of
   * @param partitionCount how many partitions it has; empty where that is not known
   * @throws ConnectException naming the partition and what is wrong with it
   */
  public static void check(
      String controlTopic,
      OptionalInt partitionCount,
      Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (offset != null) {
            SourcePartition source = checkPartition(partition, controlTopic, partitionCount);
            checkOffset(source, offset, controlTopic);
          }
        });
  }

  private static SourcePartition checkPartition(
      Map<String, ?> map, String controlTopic, OptionalInt partitionCount) {
    SourcePartition partition;
    try {
      partition = SourcePartition.parse(map);
    } catch (IllegalArgumentException e) {
      throw new ConnectException("The source partition " + map + ": " + e.getMessage(), e);
    }
    if (partitionCount.isPresent() && partition.partition() >= partitionCount.getAsInt()) {
      throw new ConnectException(
          "The source partition %s: control topic '%s' has %s partitions, from 0 on"
              .formatted(partition, controlTopic, partitionCount.getAsInt()));
    }
    return partition;
  }

  private static void checkOffset(
      SourcePartition partition, Map<String, ?> offset, String controlTopic) {
    try {
      if (partition.shard().isEmpty()) {
        OperatorFloor floor = OperatorFloor.parse(offset);
        checkTopic(floor.isOf(controlTopic), floor.topic(), controlTopic);
      } else {
        SourceOffset parsed = SourceOffset.parse(offset);
        checkTopic(parsed.topic().equals(controlTopic), parsed.topic(), controlTopic);
        parsed.open().values().forEach(watch -> checkShard(watch, partition.shard().getAsInt()));
      }
    } catch (IllegalArgumentException e) {
      throw new ConnectException(
          "The offset of source partition " + partition + " is not usable: " + e.getMessage(), e);
    }
  }

  private static void checkTopic(boolean isSame, String topic, String controlTopic) {
    if (!isSame) {
      throw new IllegalArgumentException(
          "it is of control topic '%s', but the connector reads '%s'"
              .formatted(topic, controlTopic));
    }
  }

  private static void checkShard(WatchState watch, int shard) {
    int right = Shards.shardOf(watch.controlOffset(), Shards.COUNT);
    if (right != shard) {
      throw new IllegalArgumentException(
          "the watch of request %s with control offset %s belongs to shard %s"
              .formatted(watch.request().requestId(), watch.controlOffset(), right));
    }
  }
}
