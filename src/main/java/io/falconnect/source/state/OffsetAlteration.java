// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks offsets that an operator sets over REST. Stateless. */
public final class OffsetAlteration {
  private OffsetAlteration() {}

  /**
   * Checks every partition and offset; a null offset resets its partition, whatever that is.
   *
   * @param controlTopic the topic whose positions count
   * @throws ConnectException saying what is wrong with which
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
