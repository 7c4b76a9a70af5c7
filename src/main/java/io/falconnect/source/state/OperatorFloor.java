// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.Map;

/**
 * A floor that an operator has set: no shard of the control partition reads control records below
 * it.
 *
 * @param topic the control topic that it is of; null for any
 * @param next the first control offset to read
 */
public record OperatorFloor(String topic, long next) {
  /**
   * Reads a stored floor.
   *
   * @throws IllegalArgumentException when it is not of a known version or shape; the message says
   *     what is wrong
   */
  public static OperatorFloor parse(Map<String, ?> stored) {
    return SourceOffset.parseFloor(stored);
  }

  /** Whether the floor is one of this control topic. */
  public boolean isOf(String controlTopic) {
    return topic == null || topic.equals(controlTopic);
  }
}
