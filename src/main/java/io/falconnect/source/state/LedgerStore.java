// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.source.record.StatusRecords;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Restores ledgers from stored source offsets. Stateless. */
public final class LedgerStore {
  private LedgerStore() {}

  /**
   * A ledger for each partition; a new one where nothing is stored, or where it was reset.
   *
   * @throws ConnectException naming the partition whose stored offset cannot be understood
   */
  public static Map<TopicPartition, PartitionLedger> restore(
      List<TopicPartition> partitions, OffsetStorageReader offsets) {
    Map<TopicPartition, PartitionLedger> ledgers = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      Map<String, Object> stored =
          offsets.offset(StatusRecords.sourcePartition(partition.topic(), partition.partition()));
      ledgers.put(partition, restore(partition, stored));
    }
    return ledgers;
  }

  private static PartitionLedger restore(TopicPartition partition, Map<String, Object> stored) {
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
