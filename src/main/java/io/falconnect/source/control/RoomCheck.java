// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.RateLimitedLog;
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

  private final WatchSupervisor watches;
  private final RateLimitedLog log;

  RoomCheck(WatchSupervisor watches, LongSupplier nanoClock) {
    this.watches = watches;
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  boolean hasRoom() {
    return watches.hasRoom();
  }

  void logWaiting(TopicPartition partition) {
    log.warn(partition + " waits: " + watches.size() + " watches are open");
  }
}
