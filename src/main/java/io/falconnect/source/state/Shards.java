// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

/**
 * The shards of a control partition: classes of control offsets, so that an event rewrites only the
 * watches of one class. Stateless.
 */
public final class Shards {
  /**
   * The number of shards of each control partition. It belongs to the stored format. It is a prime,
   * because the markers of a transactional producer can take every second offset.
   */
  public static final int COUNT = 4_093;

  private Shards() {}

  static int shardOf(long controlOffset, int shardCount) {
    return (int) (controlOffset % shardCount);
  }
}
