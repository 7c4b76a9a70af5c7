// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.source.watch.WatchTrial;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.pcollections.TreePMap;

/** Ledgers and stored offsets for tests. */
public final class LedgerTrial {
  private LedgerTrial() {}

  public static PartitionLedger ledger(String topic, int partition) {
    return new PartitionLedger(topic, partition, 4);
  }

  /** A ledger with few shards. */
  public static PartitionLedger ledgerOfShards(int shardCount) {
    return new PartitionLedger("t", 0, 1, shardCount);
  }

  /** A ledger with all that another one has, as if everything had been stored. */
  public static PartitionLedger restarted(PartitionLedger ledger) {
    Map<Integer, SourceOffset> stored = new HashMap<>();
    store(stored, ledger.snapshotOfPosition());
    ledger
        .listOldestFirst()
        .forEach(watch -> store(stored, ledger.snapshot(watch.controlOffset())));
    PartitionLedger restarted = ledger(ledger.topic(), ledger.partition());
    restarted.restore(stored, ledger.next());
    return restarted;
  }

  /** A ledger with open watches that were asked for by the first control records. */
  public static PartitionLedger restored(String topic, int partition, List<WatchState> watches) {
    Map<Integer, SourceOffset> stored = new HashMap<>();
    for (WatchState watch : watches) {
      int shard = stored.size();
      WatchState asked = WatchTrial.at(shard, watch);
      stored.put(
          shard,
          offset(watches.size(), watches.size(), TreePMap.singleton(asked.identity(), asked)));
    }
    PartitionLedger restored = ledger(topic, partition);
    restored.restore(stored, OptionalLong.empty());
    return restored;
  }

  /** Stores the offset of a record as Connect does. */
  public static void store(Map<Integer, SourceOffset> stored, SourceOffset offset) {
    int shard = (int) offset.record().sourcePartition().get(SourcePartition.SHARD);
    stored.put(shard, SourceOffset.parse(offset));
  }

  /** The offset of a shard. */
  public static SourceOffset offset(
      long next, long floor, TreePMap<RequestIdentity, WatchState> open) {
    return new SourceOffset("t", 4, next, floor, new OpenWatchSet(open, TreePMap.empty()), null);
  }
}
