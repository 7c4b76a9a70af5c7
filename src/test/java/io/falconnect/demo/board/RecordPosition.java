// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.board;

import java.util.Locale;

/** The position of a record in Kafka, as headers name it. */
public record RecordPosition(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s-%d@%d", topic, partition, offset);
  }
}
