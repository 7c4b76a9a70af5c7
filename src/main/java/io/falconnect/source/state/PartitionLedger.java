// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The state of one partition of the control topic: the next control offset to read, and the open
 * watches, spread over shards by the offsets of their control records. {@link #snapshot} is the
 * source offset of the next record that is emitted; it is cheap, and later changes do not reach it.
 *
 * <p>Owned by the task thread.
 */
public final class PartitionLedger {
  private final String topic;
  private final int partition;
  private final int partitionCount;
  private final int shardCount;
  private final Map<Integer, ShardState> shards = new HashMap<>();
  private final UnstoredRecords unstored = new UnstoredRecords();
  private final NavigableMap<RequestIdentity, WatchState> open = new TreeMap<>();

  /** The stored repeats: control records up to these offsets do not open a watch again. */
  private final Map<RequestIdentity, Long> restoredRepeats = new HashMap<>();

  private OptionalLong next = OptionalLong.empty();

  /** The highest floor in a source offset. */
  private long publishedFloor;

  /**
   * The ledger of a partition that nothing was read from yet, or whose state was reset.
   *
   * @param partitionCount how many partitions the control topic has
   */
  public PartitionLedger(String topic, int partition, int partitionCount) {
    this(topic, partition, partitionCount, Shards.COUNT);
  }

  PartitionLedger(String topic, int partition, int partitionCount, int shardCount) {
    this.topic = topic;
    this.partition = partition;
    this.partitionCount = partitionCount;
    this.shardCount = shardCount;
  }

  /**
   * Restores what is stored, before anything is read.
   *
   * @param stored the stored offsets by the numbers of their shards
   * @param floor no control record below it is read
   */
  public void restore(Map<Integer, SourceOffset> stored, OptionalLong floor) {
    new LedgerRestore(this, stored).restore();
    OptionalLong highest = stored.values().stream().mapToLong(SourceOffset::floor).max();
    if (highest.isPresent() || floor.isPresent()) {
      next = OptionalLong.of(Math.max(highest.orElse(0), floor.orElse(0)));
      publishedFloor = next.getAsLong();
    }
  }

  public String topic() {
    return topic;
  }

  public int partition() {
    return partition;
  }

  /** The next control offset to read; empty where the partition was never read. */
  public OptionalLong next() {
    return next;
  }

  /** Whether a heartbeat would move the stored floor on. */
  public boolean hasUnpublishedPosition() {
    return findFloor(findHeartbeatShard()) > publishedFloor;
  }

  /**
   * The lowest control offset from a position on that may not have been handled yet. For all lower
   * ones the stored offsets say that the watch is open or nothing is left to do.
   */
  public long findFirstUnread(long position) {
    long first = Long.MAX_VALUE;
    for (long offset = position; offset < position + shardCount; offset++) {
      long behind = Math.max(0, restoredNext(offset) - offset);
      first = Math.min(first, offset + (behind + shardCount - 1) / shardCount * shardCount);
      if (first == offset) {
        break;
      }
    }
    return first;
  }

  /** Whether a control record needs no handling: it is done, or its watch is open. */
  public boolean isDone(long controlOffset) {
    return controlOffset < restoredNext(controlOffset);
  }

  private long restoredNext(long controlOffset) {
    ShardState shard = shards.get(Shards.shardOf(controlOffset, shardCount));
    return shard == null ? 0 : shard.restoredNext();
  }

  /** How many control records are read whose effect is not safely stored yet. */
  public int countUnstored() {
    return unstored.size();
  }

  int size() {
    return open.size();
  }

  /** The open watches by the identity of their requests. */
  public NavigableMap<RequestIdentity, WatchState> open() {
    return Collections.unmodifiableNavigableMap(open);
  }

  /** The open watches in the order of the control records that asked for them. */
  public List<WatchState> listOldestFirst() {
    return open.values().stream().sorted(WatchState.OLDEST_FIRST).toList();
  }

  /** The open watch of a request, or null. */
  public WatchState get(RequestIdentity identity) {
    return open.get(identity);
  }

  /** The open watches of a request id: one for each app that control records named with it. */
  public List<WatchState> findAll(String requestId) {
    List<WatchState> found = new ArrayList<>(1);
    // No app sorts before the empty text.
    Map.Entry<RequestIdentity, WatchState> entry =
        open.ceilingEntry(new RequestIdentity(requestId, ""));
    while (entry != null && entry.getKey().requestId().equals(requestId)) {
      found.add(entry.getValue());
      entry = open.higherEntry(entry.getKey());
    }
    return found;
  }

  /**
   * Whether a watch was asked for before a null record. After a restart a null record may be read
   * again, and a later control record may have asked for the watch. A watch of an earlier topic of
   * the same name was asked for before.
   */
  public boolean wasAskedForBefore(WatchState watch, long nullOffset) {
    return watch.controlOffset() < nullOffset
        || watch.controlOffset() >= restoredNext(watch.controlOffset());
  }

  /** Counts all control records before that offset as read. */
  public void readUpTo(long offset) {
    next = OptionalLong.of(Math.max(next.orElse(0), offset));
  }

  /**
   * Opens a watch, unless one of the same request is open or was when the control record was read
   * before.
   *
   * @return whether it was opened
   */
  public boolean admit(WatchState watch) {
    RequestIdentity identity = watch.identity();
    WatchState known = open.get(identity);
    if (known != null) {
      findShard(known.controlOffset()).addRepeat(identity, watch.controlOffset());
      return false;
    }
    if (watch.controlOffset() <= restoredRepeats.getOrDefault(identity, -1L)) {
      return false;
    }
    put(watch);
    holdUntilNextRecord(watch.controlOffset());
    return true;
  }

  /** Keeps the floor at a control record until the next record of its shard is stored. */
  public void holdUntilNextRecord(long controlOffset) {
    unstored.hold(controlOffset);
    findShard(controlOffset).holdUntilNextRecord(() -> unstored.release(controlOffset));
  }

  /** Keeps the floor at a null record until the last record of a watch that it ended is stored. */
  public void holdNullRecord(long nullOffset, WatchState ended) {
    ShardState shard = findShard(ended.controlOffset());
    if (shard.hasRecordsInFlight()) {
      unstored.holdNull(nullOffset);
      shard.holdUntilLastRecord(() -> unstored.releaseNull(nullOffset));
    }
  }

  /** Replaces the state of an open watch. */
  public void update(WatchState watch) {
    put(watch);
  }

  /** Removes an open watch. */
  public void close(RequestIdentity identity) {
    findShard(open.remove(identity).controlOffset()).remove(identity);
  }

  /**
   * Creates the source offset of the next record about a control record: the exact state of its
   * shard now.
   */
  public SourceOffset snapshot(long controlOffset) {
    ShardState shard = findShard(controlOffset);
    return snapshot(shard, shard.isOpen(controlOffset) ? -1 : controlOffset);
  }

  /** Creates the source offset of a record that only stores the position. */
  public SourceOffset snapshotOfPosition() {
    return snapshot(findHeartbeatShard(), -1);
  }

  /** The shard that is to be stored next, so that the floor can move on. */
  private ShardState findHeartbeatShard() {
    return findShard(unstored.findFirst().orElse(0));
  }

  private SourceOffset snapshot(ShardState shard, long endedOffset) {
    long floor = findFloor(shard);
    publishedFloor = Math.max(publishedFloor, floor);
    return new SourceOffset(
        topic,
        partitionCount,
        Math.max(shard.restoredNext(), next.orElse(0)),
        floor,
        shard.findOpen(floor),
        shard.emit(endedOffset));
  }

  private long findFloor(ShardState shard) {
    return unstored.findFloor(next.orElse(0), shard.number(), shardCount);
  }

  private ShardState findShard(long controlOffset) {
    return findShard(Shards.shardOf(controlOffset, shardCount), 0);
  }

  ShardState findShard(int number, long restoredNext) {
    return shards.computeIfAbsent(
        number, shard -> new ShardState(partition, shard, restoredNext, unstored));
  }

  void put(WatchState watch) {
    open.put(watch.identity(), watch);
    findShard(watch.controlOffset()).put(watch);
  }

  /** The request must not be watched again for control records up to this offset. */
  void addRestoredRepeat(RequestIdentity identity, long controlOffset) {
    restoredRepeats.merge(identity, controlOffset, Math::max);
  }
}
