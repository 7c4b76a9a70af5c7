// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.List;
import java.util.Map;

/**
 * A record that was emitted, until Connect acknowledges it. Owned by the task thread; other threads
 * may only pass it on.
 */
public final class InFlightRecord {
  private final ShardState shard;
  private final long number;
  private final long endedOffset;
  private boolean isAcknowledged;
  private boolean isPublished;

  /**
   * A record.
   *
   * @param number its number among the records of its shard
   * @param endedOffset the offset of the control record that asks for nothing more with this
   *     record, or -1
   */
  InFlightRecord(ShardState shard, long number, long endedOffset) {
    this.shard = shard;
    this.number = number;
    this.endedOffset = endedOffset;
  }

  /** The source partition of the record; not to be changed. */
  public Map<String, Object> sourcePartition() {
    return shard.sourcePartition();
  }

  /**
   * Connect has acknowledged the record.
   *
   * @param published whether it is in Kafka; false where a transform has dropped it
   * @return what may be done as soon as the source offsets of all acknowledged records are stored
   */
  public List<Runnable> acknowledge(boolean published) {
    isAcknowledged = true;
    isPublished = published;
    return shard.onAcknowledged(this);
  }

  long number() {
    return number;
  }

  long endedOffset() {
    return endedOffset;
  }

  boolean isAcknowledged() {
    return isAcknowledged;
  }

  boolean isPublished() {
    return isPublished;
  }
}
