// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The control records of a partition that are read, and whose effect is not safely stored yet.
 * Owned by the task thread.
 */
final class UnstoredRecords {
  /** By control offset: how many source offsets still have to be stored. */
  private final TreeMap<Long, Integer> holds = new TreeMap<>();

  /** The null records among them: their effect is stored with other shards than their own. */
  private final TreeMap<Long, Integer> nullHolds = new TreeMap<>();

  /** Holds a control record whose effect is stored with its own shard. */
  void hold(long controlOffset) {
    holds.merge(controlOffset, 1, Integer::sum);
  }

  void release(long controlOffset) {
    releaseOne(holds, controlOffset);
  }

  /** Holds a null record until the last event of one watch that it ended is stored. */
  void holdNull(long controlOffset) {
    nullHolds.merge(controlOffset, 1, Integer::sum);
  }

  void releaseNull(long controlOffset) {
    releaseOne(nullHolds, controlOffset);
  }

  private static void releaseOne(Map<Long, Integer> holds, long controlOffset) {
    holds.computeIfPresent(controlOffset, (offset, count) -> count == 1 ? null : count - 1);
  }

  /** The lowest control offset whose effect is to be stored with its own shard. */
  OptionalLong findFirst() {
    return holds.isEmpty() ? OptionalLong.empty() : OptionalLong.of(holds.firstKey());
  }

  int size() {
    return holds.size() + nullHolds.size();
  }

  /**
   * The lowest control offset whose effect is not stored once the source offset of a shard is: that
   * source offset has the effects of the shard's own control records.
   *
   * @param position the control offset before which all records are read
   */
  long findFloor(long position, int shard, int shardCount) {
    long floor = nullHolds.isEmpty() ? position : Math.min(position, nullHolds.firstKey());
    for (long offset : holds.keySet()) {
      if (offset >= floor) {
        break;
      }
      if (Shards.shardOf(offset, shardCount) != shard) {
        return offset;
      }
    }
    return floor;
  }
}
