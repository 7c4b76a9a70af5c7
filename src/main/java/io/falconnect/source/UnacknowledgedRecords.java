// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.connect.TaskMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the records that Connect was given and Kafka has not acknowledged, and says when none is
 * acknowledged for long. If a topic does not exist, Connect's producer waits for it on the task
 * thread without end. The task is not called then, so a thread of its own looks. Safe for any
 * thread.
 */
final class UnacknowledgedRecords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnacknowledgedRecords.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /** Kafka may take so long. A broker that restarts takes less. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LongSupplier nanoClock;
  private final RateLimitedLog log;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong count = new AtomicLong();
  private volatile long progressAt;

  /** The topics of the records that were returned last. */
  private volatile Set<String> topics = Set.of();

  /** Starts without a thread. */
  UnacknowledgedRecords(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
    this.progressAt = nanoClock.getAsLong();
  }

  /**
   * Starts the thread.
   *
   * @param threadName the prefix of its name
   */
  void startThread(String threadName) {
    Thread thread = new Thread(this::lookUntilClosed, threadName + "-unacknowledged");
    thread.setDaemon(true);
    thread.start();
  }

  private void lookUntilClosed() {
    try {
      while (!closed.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The task returns records to Connect. */
  void onReturned(List<SourceRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    topics =
        records.stream().map(SourceRecord::topic).collect(Collectors.toCollection(TreeSet::new));
    if (count.getAndAdd(records.size()) == 0) {
      progressAt = nanoClock.getAsLong();
    }
  }

  /** Kafka has acknowledged a record, or Connect has passed over it. */
  void onAcknowledged() {
    progressAt = nanoClock.getAsLong();
    count.decrementAndGet();
  }

  /** Logs a warning if no record was acknowledged for long. */
  void look() {
    long ageMillis = ageMillis();
    if (ageMillis < PATIENCE.toMillis()) {
      return;
    }
    log.warn(
        ("Kafka has acknowledged no record for %s s, and %s records wait, for topics %s: check"
                + " that each of them exists in the worker's Kafka cluster, and that the worker's"
                + " producer may write to it")
            .formatted(ageMillis / 1000, count.get(), topics));
  }

  /** How long no record has been acknowledged while some wait; 0 if none waits. */
  private long ageMillis() {
    long age = Duration.ofNanos(nanoClock.getAsLong() - progressAt).toMillis();
    return count.get() > 0 ? age : 0;
  }

  /** Registers every metric. */
  void register(TaskMetrics metrics) {
    metrics.addGauge(
        "unacknowledged-records", "records that Kafka has not acknowledged", count::get);
    metrics.addGauge(
        "unacknowledged-age-ms",
        "time since Kafka acknowledged a record, while records wait",
        this::ageMillis);
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed.countDown();
  }
}
