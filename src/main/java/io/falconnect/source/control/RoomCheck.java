// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether there is room for one more watch. Owned by the task thread. */
final class RoomCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RoomCheck.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  /**
   * Half of the 1 MiB that Kafka accepts for a record by default, because the open watches of a
   * source offset grow with their statuses and log cursors.
   */
  private static final long MAX_OFFSET_BYTES = 512 * 1024;

  private final WatchSupervisor watches;
  private final RateLimitedLog log;

  RoomCheck(WatchSupervisor watches, LongSupplier nanoClock) {
    this.watches = watches;
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  boolean hasRoom(PartitionLedger ledger) {
    return watches.hasRoom() && ledger.bytes() < MAX_OFFSET_BYTES;
  }

  void logWaiting(TopicPartition partition, PartitionLedger ledger) {
    log.warn(
        partition
            + " waits: "
            + watches.size()
            + " watches are open, those of the partition take "
            + ledger.bytes()
            + " bytes of the source offset");
  }
}
