// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.HashMap;
import java.util.Map;

/**
 * Puts the stored offsets of all shards into a new ledger. Without exactly-once support the stored
 * offsets of two shards may be of different times, so that both have a watch of one request: then
 * the later control record proves that the earlier watch had ended.
 */
final class LedgerRestore {
  private final PartitionLedger ledger;
  private final Map<Integer, SourceOffset> stored;

  /** By request: the last control offset that it was asked for, and the shard that knows. */
  private final Map<RequestIdentity, Latest> latest = new HashMap<>();

  private record Latest(long controlOffset, int shard) {}

  LedgerRestore(PartitionLedger ledger, Map<Integer, SourceOffset> stored) {
    this.ledger = ledger;
    this.stored = stored;
  }

  void restore() {
    stored.forEach((number, offset) -> ledger.findShard(number, offset.next()));
    stored.forEach(this::restoreRepeats);
    stored.forEach(
        (number, offset) ->
            offset.open().values().forEach(watch -> addLatest(watch.identity(), watch, number)));
    stored.forEach(
        (number, offset) -> offset.open().values().forEach(watch -> restoreWatch(number, watch)));
  }

  /** Repeats at or above the position are of an earlier topic of the same name. */
  private void restoreRepeats(int number, SourceOffset offset) {
    offset
        .repeats()
        .forEach(
            (identity, repeat) -> {
              if (repeat < offset.next()) {
                ledger.findShard(number, 0).addRepeat(identity, repeat);
                ledger.addRestoredRepeat(identity, repeat);
                latest.merge(identity, new Latest(repeat, number), LedgerRestore::findLater);
              }
            });
  }

  private void addLatest(RequestIdentity identity, WatchState watch, int number) {
    latest.merge(identity, new Latest(watch.controlOffset(), number), LedgerRestore::findLater);
  }

  private static Latest findLater(Latest a, Latest b) {
    return a.controlOffset() >= b.controlOffset() ? a : b;
  }

  private void restoreWatch(int number, WatchState watch) {
    Latest last = latest.get(watch.identity());
    if (last.shard() == number) {
      ledger.put(watch);
    } else {
      ledger
          .findShard(last.shard(), 0)
          .addStaleCopy(watch.identity(), last.controlOffset(), ledger.findShard(number, 0));
      ledger.addRestoredRepeat(watch.identity(), last.controlOffset());
    }
  }
}
