// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * One shard of a control partition: its open watches, and its records that are in flight. Owned by
 * the task thread.
 */
final class ShardState {
  private final int number;
  private final Map<String, Object> sourcePartition;
  private final long restoredNext;
  private final UnstoredRecords unstored;
  private final Queue<InFlightRecord> inFlight = new ArrayDeque<>();
  private final Queue<Hold> holds = new ArrayDeque<>();

  /** By request: the shards whose stored offsets still have an earlier watch of it. */
  private final Map<RequestIdentity, List<ShardState>> staleCopies = new HashMap<>();

  private OpenWatchSet open = OpenWatchSet.EMPTY;
  private long emitted;
  private boolean isStoredAgain;

  /** What waits for a record of the shard, or a later one, to be stored. */
  private record Hold(long recordNumber, Runnable release) {}

  /**
   * A shard without watches.
   *
   * @param restoredNext the position of its stored offset; 0 where it has none
   */
  ShardState(int partition, int number, long restoredNext, UnstoredRecords unstored) {
    this.number = number;
    this.sourcePartition = SourcePartition.ofShard(partition, number).toMap();
    this.restoredNext = restoredNext;
    this.unstored = unstored;
  }

  int number() {
    return number;
  }

  Map<String, Object> sourcePartition() {
    return sourcePartition;
  }

  long restoredNext() {
    return restoredNext;
  }

  void put(WatchState watch) {
    open = open.plus(watch);
  }

  void remove(RequestIdentity identity) {
    open = open.minus(identity);
  }

  /** A request whose watch of this shard is open was asked for again. */
  void addRepeat(RequestIdentity identity, long controlOffset) {
    open = open.plusRepeat(identity, controlOffset);
  }

  /**
   * The stored offset of another shard has an earlier watch of a request. It does not count, and
   * this shard has to say so until that offset is stored again.
   */
  void addStaleCopy(RequestIdentity identity, long controlOffset, ShardState stale) {
    addRepeat(identity, controlOffset);
    staleCopies.computeIfAbsent(identity, request -> new ArrayList<>()).add(stale);
    stale.holdUntilNextRecord(() -> stale.isStoredAgain = true);
  }

  /** The open watches. Leaves out repeats of which the records are not read again. */
  OpenWatchSet findOpen(long floor) {
    for (Map.Entry<RequestIdentity, Long> repeat : open.repeats().entrySet()) {
      List<ShardState> stale = staleCopies.getOrDefault(repeat.getKey(), List.of());
      if (repeat.getValue() < floor && stale.stream().allMatch(shard -> shard.isStoredAgain)) {
        open = open.minusRepeat(repeat.getKey());
        staleCopies.remove(repeat.getKey());
      }
    }
    return open;
  }

  /** Whether the watch that a control record asked for is open. */
  boolean isOpen(long controlOffset) {
    return open.watches().values().stream()
        .anyMatch(watch -> watch.controlOffset() == controlOffset);
  }

  /** Creates the next record of the shard. */
  InFlightRecord emit(long endedOffset) {
    InFlightRecord record = new InFlightRecord(this, ++emitted, endedOffset);
    inFlight.add(record);
    return record;
  }

  boolean hasRecordsInFlight() {
    return !inFlight.isEmpty();
  }

  /** Calls the action when the next record of the shard, or a later one, is stored. */
  void holdUntilNextRecord(Runnable release) {
    holds.add(new Hold(emitted + 1, release));
  }

  /** Calls the action when the last record of the shard, or a later one, is stored. */
  void holdUntilLastRecord(Runnable release) {
    holds.add(new Hold(emitted, release));
  }

  /**
   * Connect stores the offset of a record only after all earlier records of its source partition
   * are acknowledged.
   */
  List<Runnable> onAcknowledged(InFlightRecord acknowledged) {
    List<Runnable> releases = new ArrayList<>();
    if (!acknowledged.isPublished() && acknowledged.endedOffset() >= 0) {
      releases.add(() -> unstored.release(acknowledged.endedOffset()));
    }
    long published = -1;
    while (!inFlight.isEmpty() && inFlight.peek().isAcknowledged()) {
      InFlightRecord first = inFlight.remove();
      published = first.isPublished() ? first.number() : published;
    }
    while (!holds.isEmpty() && holds.peek().recordNumber() <= published) {
      releases.add(holds.remove().release());
    }
    return releases;
  }
}
