// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.PartitionLedger;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Emits a record for each partition whose position has moved while nothing was published, because
 * Connect stores a position only with a record. Owned by the task thread.
 */
final class ControlHeartbeat {
  private final ControlConfig config;
  private final Collection<PartitionLedger> ledgers;
  private final RecordFactory factory;
  private final Consumer<SourceRecord> records;
  private final LongSupplier nanoClock;
  private long nextAt;

  /**
   * The first heartbeat comes after an interval.
   *
   * @param records receives the heartbeats
   */
  ControlHeartbeat(
      ControlConfig config,
      Collection<PartitionLedger> ledgers,
      RecordFactory factory,
      Consumer<SourceRecord> records,
      LongSupplier nanoClock) {
    this.config = config;
    this.ledgers = ledgers;
    this.factory = factory;
    this.records = records;
    this.nanoClock = nanoClock;
    this.nextAt = nanoClock.getAsLong() + config.heartbeatInterval().toNanos();
  }

  /** Emits the heartbeats, if they are due. */
  void emitDue() {
    long now = nanoClock.getAsLong();
    if (config.heartbeatTopic().isEmpty() || now - nextAt < 0) {
      return;
    }
    nextAt = now + config.heartbeatInterval().toNanos();
    String topic = config.heartbeatTopic().get();
    for (PartitionLedger ledger : ledgers) {
      if (ledger.hasUnpublishedPosition()) {
        records.accept(factory.createHeartbeat(ledger, topic));
      }
    }
  }
}
