// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks source offsets that an operator sets over REST. Stateless. */
public final class OffsetAlteration {
  private OffsetAlteration() {}

  /**
   * Checks every partition and offset. A null offset resets its partition and is not checked.
   *
   * @param controlTopic the topic that the partitions have to be of
   * @throws ConnectException naming the partition and what is wrong with it
   */
  public static void check(String controlTopic, Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (offset == null) {
            return;
          }
          checkPartition(controlTopic, partition);
          try {
            SourceOffset.parse(offset);
          } catch (IllegalArgumentException e) {
            throw new ConnectException(
                "The offset of partition " + partition + " is not usable: " + e.getMessage(), e);
          }
        });
  }

  private static void checkPartition(String controlTopic, Map<String, ?> partition) {
    if (!SourcePartition.isOf(controlTopic, partition)) {
      throw new ConnectException(
          "The source partition "
              + partition
              + " is not {\"topic\": \""
              + controlTopic
              + "\", \"partition\": <number>}");
    }
  }
}
