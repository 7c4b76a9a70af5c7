// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.EndpointId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.pcollections.TreePMap;

/**
 * The state of one partition of the control topic: the next control offset to read, and the open
 * watches by the identity of their requests. {@link #snapshot()} is the source offset of the next
 * record that is emitted; it is cheap, and later changes do not reach it.
 *
 * <p>Owned by the task thread.
 */
public final class PartitionLedger {
  private final String topic;
  private final int partition;
  private final Map<String, Object> sourcePartition;
  private final Map<EndpointId, Integer> watchesByEndpoint = new HashMap<>();
  private TreePMap<RequestIdentity, WatchState> open = TreePMap.empty();
  private OptionalLong next = OptionalLong.empty();

  /** The position in the newest snapshot. */
  private long snapshotNext;

  private long bytes;

  /** The ledger of a partition that nothing was read from yet, or whose state was reset. */
  public PartitionLedger(String topic, int partition) {
    this.topic = topic;
    this.partition = partition;
    this.sourcePartition = SourcePartition.of(topic, partition);
  }

  /** The ledger with the state of a stored source offset. */
  public static PartitionLedger restored(String topic, int partition, SourceOffset offset) {
    PartitionLedger ledger = new PartitionLedger(topic, partition);
    offset.open().values().forEach(ledger::add);
    ledger.next = OptionalLong.of(offset.next());
    ledger.snapshotNext = offset.next();
    return ledger;
  }

  public String topic() {
    return topic;
  }

  public int partition() {
    return partition;
  }

  /** The source partition of the records that are emitted for it; not to be changed. */
  public Map<String, Object> sourcePartition() {
    return sourcePartition;
  }

  /** The next control offset to read; empty where the partition was never read. */
  public OptionalLong next() {
    return next;
  }

  /** Whether control records were read since the newest snapshot, so that no record says so yet. */
  public boolean hasUnpublishedPosition() {
    return next.orElse(0) > snapshotNext;
  }

  /** An upper bound of the bytes that the open watches take in the source offset. */
  public long bytes() {
    return bytes;
  }

  int size() {
    return open.size();
  }

  /** The open watches; a view that does not change. */
  public TreePMap<RequestIdentity, WatchState> open() {
    return open;
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

  /** Counts all control records before that offset as read. */
  public void readUpTo(long offset) {
    next = OptionalLong.of(Math.max(next.orElse(0), offset));
  }

  /**
   * Opens a watch, unless one of the same request is open.
   *
   * @return whether it was opened
   */
  public boolean admit(WatchState watch) {
    if (open.containsKey(watch.identity())) {
      return false;
    }
    add(watch);
    return true;
  }

  /** Replaces the state of an open watch. */
  public void update(WatchState watch) {
    RequestIdentity identity = watch.identity();
    bytes += OpenWatchSize.estimateBytes(watch) - OpenWatchSize.estimateBytes(open.get(identity));
    open = open.plus(identity, watch);
  }

  /** Removes an open watch. */
  public void close(RequestIdentity identity) {
    WatchState watch = open.get(identity);
    open = open.minus(identity);
    bytes -= OpenWatchSize.estimateBytes(watch);
    EndpointId endpoint = watch.request().endpoint();
    if (watchesByEndpoint.merge(endpoint, -1, (a, b) -> a + b == 0 ? null : a + b) == null) {
      bytes -= OpenWatchSize.estimateBytes(endpoint);
    }
  }

  /** The exact state now. */
  public SourceOffset snapshot() {
    snapshotNext = next.orElse(0);
    return new SourceOffset(snapshotNext, open);
  }

  private void add(WatchState watch) {
    open = open.plus(watch.identity(), watch);
    bytes += OpenWatchSize.estimateBytes(watch);
    EndpointId endpoint = watch.request().endpoint();
    if (watchesByEndpoint.merge(endpoint, 1, Integer::sum) == 1) {
      bytes += OpenWatchSize.estimateBytes(endpoint);
    }
  }
}
