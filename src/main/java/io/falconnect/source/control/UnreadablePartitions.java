// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * The partitions whose next record the converter cannot read for now, for example because its
 * schema registry is away. Other partitions are read on. An attempt may take as long as the
 * converter's own timeout, so there is one attempt in a second for all of them, in turn, and the
 * second starts when the last attempt is over. Owned by the task thread.
 */
final class UnreadablePartitions {
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoClock;
  private final Queue<PartitionIntake> partitions = new ArrayDeque<>();
  private long retryAt;

  UnreadablePartitions(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Whether the partition is readable as far as is known, or it is its turn to be tried again. */
  boolean mayRead(PartitionIntake partition) {
    return !partitions.contains(partition)
        || partitions.peek() == partition && nanoClock.getAsLong() - retryAt >= 0;
  }

  /** An attempt has just failed. */
  void add(PartitionIntake partition) {
    partitions.remove(partition);
    partitions.add(partition);
    retryAt = nanoClock.getAsLong() + PAUSE_NANOS;
  }

  /** The partition was read without a failure. */
  void remove(PartitionIntake partition) {
    partitions.remove(partition);
  }
}
