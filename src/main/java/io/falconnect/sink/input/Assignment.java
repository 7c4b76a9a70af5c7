// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import org.apache.kafka.common.TopicPartition;

/**
 * A partition of an input topic for as long as it is the task's own. When it is taken away and
 * comes back, that is another assignment: what is still in flight for the first one is dropped.
 */
public final class Assignment {
  private final TopicPartition partition;
  private volatile boolean revoked;

  public Assignment(TopicPartition partition) {
    this.partition = partition;
  }

  public TopicPartition partition() {
    return partition;
  }

  /** The partition is not the task's own any more. */
  public void revoke() {
    revoked = true;
  }

  /** Whether the partition was taken away. Any thread may ask. */
  public boolean isRevoked() {
    return revoked;
  }

  @Override
  public String toString() {
    return partition.toString();
  }
}
