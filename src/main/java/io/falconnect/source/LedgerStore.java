// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.source.state.OperatorFloor;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.Shards;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.SourcePartition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores ledgers from the source offsets that Connect has stored. Stateless. */
final class LedgerStore {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerStore.class);

  private LedgerStore() {}

  /**
   * Restores the ledger of each partition; a partition without a stored offset gets a new one.
   *
   * @param partitions a task's partitions of the control topic
   * @param partitionCount how many partitions the control topic has
   * @throws ConnectException naming the stored offset that cannot be understood, or the open
   *     watches of another control topic
   */
  static Map<TopicPartition, PartitionLedger> restoreLedgers(
      List<TopicPartition> partitions, int partitionCount, OffsetStorageReader reader) {
    Map<TopicPartition, PartitionLedger> ledgers = new LinkedHashMap<>();
    if (partitions.isEmpty()) {
      return ledgers;
    }
    String topic = partitions.get(0).topic();
    StoredOffsets stored =
        StoredOffsets.read(
            reader,
            topic,
            partitions.stream().map(TopicPartition::partition).toList(),
            Shards.COUNT);
    LeftWatches left = new LeftWatches(topic, partitionCount);
    for (TopicPartition partition : partitions) {
      PartitionLedger ledger = new PartitionLedger(topic, partition.partition(), partitionCount);
      ledger.restore(findShards(stored, partition, left), findFloor(stored, partition));
      ledgers.put(partition, ledger);
    }
    left.failIfAny();
    return ledgers;
  }

  /** The positions of another control topic do not count. */
  private static Map<Integer, SourceOffset> findShards(
      StoredOffsets stored, TopicPartition partition, LeftWatches left) {
    Map<Integer, SourceOffset> own = new HashMap<>();
    stored
        .shards(partition.partition())
        .forEach(
            (shard, offset) -> {
              if (offset.topic().equals(partition.topic())) {
                own.put(shard, offset);
              } else {
                left.add(SourcePartition.ofShard(partition.partition(), shard), offset);
              }
            });
    return own;
  }

  private static OptionalLong findFloor(StoredOffsets stored, TopicPartition partition) {
    Optional<OperatorFloor> floor =
        stored.floor(partition.partition()).filter(set -> set.isOf(partition.topic()));
    floor.ifPresent(
        set -> LOG.info("An operator's floor: {} is read from {} on", partition, set.next()));
    return floor.map(set -> OptionalLong.of(set.next())).orElse(OptionalLong.empty());
  }
}
