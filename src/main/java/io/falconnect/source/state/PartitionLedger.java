// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pcollections.TreePMap;

/**
 * What is owed to one partition of the control topic: the next control offset to read, and the
 * watches that are open, by the offset of the control record that asked for each. {@link
 * #snapshot()} is the source offset of whatever is emitted next; it is cheap, and later changes do
 * not reach it.
 *
 * <p>Owned by the task thread.
 */
public final class PartitionLedger {
  private final String topic;
  private final int partition;
  private final Map<String, List<Long>> offsetsByRequestId = new HashMap<>();
  private final Map<EndpointId, Integer> watchesByEndpoint = new HashMap<>();
  private TreePMap<Long, WatchState> open = TreePMap.empty();
  private long next;
  private long bytes;

  /** The ledger of a partition that nothing was read from yet, or whose state was reset. */
  public PartitionLedger(String topic, int partition) {
    this.topic = topic;
    this.partition = partition;
  }

  /** The ledger as a source offset tells it. */
  public static PartitionLedger restored(String topic, int partition, SourceOffset offset) {
    PartitionLedger ledger = new PartitionLedger(topic, partition);
    offset.open().forEach(ledger::put);
    ledger.next = offset.next();
    return ledger;
  }

  public String topic() {
    return topic;
  }

  public int partition() {
    return partition;
  }

  /** The next control offset to read. */
  public long next() {
    return next;
  }

  /** About how many bytes the open watches take inside the source offset. */
  public long bytes() {
    return bytes;
  }

  int size() {
    return open.size();
  }

  /** The open watches by control offset; a view that does not change. */
  public TreePMap<Long, WatchState> open() {
    return open;
  }

  public WatchState get(long offset) {
    return open.get(offset);
  }

  /** Counts all control records before that offset as read. */
  public void readUpTo(long offset) {
    next = Math.max(next, offset);
  }

  /**
   * Opens a watch, unless one of the same request, or of the same control record, is open: an
   * operator may have set the position back.
   *
   * @return whether it was opened
   */
  public boolean admit(long offset, WatchState watch) {
    if (watching(watch.request()) || open.containsKey(offset)) {
      return false;
    }
    put(offset, watch);
    return true;
  }

  public void update(long offset, WatchState watch) {
    bytes += OpenWatchFormat.sizeOf(watch) - OpenWatchFormat.sizeOf(open.get(offset));
    open = open.plus(offset, watch);
  }

  public void close(long offset) {
    WatchState watch = open.get(offset);
    open = open.minus(offset);
    bytes -= OpenWatchFormat.sizeOf(watch);
    EndpointId endpoint = watch.request().endpoint();
    if (watchesByEndpoint.merge(endpoint, -1, (a, b) -> a + b == 0 ? null : a + b) == null) {
      bytes -= OpenWatchFormat.sizeOf(endpoint);
    }
    offsetsByRequestId.computeIfPresent(
        watch.request().requestId(),
        (id, offsets) -> {
          offsets.remove(offset);
          return offsets.isEmpty() ? null : offsets;
        });
  }

  /** The control offsets of the open watches of a request id: one for each app that was named. */
  public List<Long> offsetsOf(String requestId) {
    return List.copyOf(offsetsByRequestId.getOrDefault(requestId, List.of()));
  }

  /** The exact state now. */
  public SourceOffset snapshot() {
    return new SourceOffset(next, open);
  }

  private boolean watching(QueueRequest request) {
    return offsetsByRequestId.getOrDefault(request.requestId(), List.of()).stream()
        .anyMatch(offset -> open.get(offset).request().identity().equals(request.identity()));
  }

  private void put(long offset, WatchState watch) {
    open = open.plus(offset, watch);
    bytes += OpenWatchFormat.sizeOf(watch);
    EndpointId endpoint = watch.request().endpoint();
    if (watchesByEndpoint.merge(endpoint, 1, Integer::sum) == 1) {
      bytes += OpenWatchFormat.sizeOf(endpoint);
    }
    offsetsByRequestId
        .computeIfAbsent(watch.request().requestId(), id -> new ArrayList<>(1))
        .add(offset);
  }
}
