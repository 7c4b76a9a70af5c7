// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.SourcePartition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Restores ledgers from the source offsets that Connect has stored. Stateless. */
final class LedgerStore {
  private LedgerStore() {}

  /**
   * Restores the ledger of each partition; a partition without a stored offset gets a new one.
   * Reads all stored offsets in one call, because Connect reads its offsets topic to the end in
   * each call.
   *
   * @throws ConnectException naming the partition whose stored offset cannot be understood
   */
  static Map<TopicPartition, PartitionLedger> restoreLedgers(
      List<TopicPartition> partitions, OffsetStorageReader offsets) {
    Map<TopicPartition, Map<String, Object>> sourcePartitions = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      sourcePartitions.put(partition, SourcePartition.of(partition.topic(), partition.partition()));
    }
    Map<Map<String, Object>, Map<String, Object>> stored =
        offsets.offsets(sourcePartitions.values());
    Map<TopicPartition, PartitionLedger> ledgers = new LinkedHashMap<>();
    sourcePartitions.forEach(
        (partition, sourcePartition) ->
            ledgers.put(partition, restoreLedger(partition, stored.get(sourcePartition))));
    return ledgers;
  }

  private static PartitionLedger restoreLedger(
      TopicPartition partition, Map<String, Object> stored) {
    if (stored == null) {
      return new PartitionLedger(partition.topic(), partition.partition());
    }
    try {
      return PartitionLedger.restored(
          partition.topic(), partition.partition(), SourceOffset.parse(stored));
    } catch (IllegalArgumentException e) {
      throw new ConnectException(
          "The stored source offset of " + partition + " cannot be understood: " + e.getMessage(),
          e);
    }
  }
}
