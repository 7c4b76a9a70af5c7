// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.Converters;
import io.falconnect.connect.KafkaClients;
import io.falconnect.connect.RateLimitedLog;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the task's control records in rounds and has each of them carried out. Owned by the task
 * thread. A round does not wait for records, but takes as long as the converter takes.
 */
public final class ControlIntake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlIntake.class);
  private static final long ROUND_NANOS = Duration.ofMillis(20).toNanos();
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final ControlTopic topic;
  private final Converter converter;
  private final Map<TopicPartition, PartitionLedger> ledgers;
  private final ControlMetrics metrics;
  private final LongSupplier nanoClock;
  private final UnreadablePartitions unreadable;
  private final ControlHeartbeat heartbeat;
  private final RateLimitedLog failureLog;

  /** Rotated in every round, so that no partition always comes first when there is little room. */
  private final Deque<PartitionIntake> partitions = new ArrayDeque<>();

  private ConnectException fatalError;
  private long nextRoundAt;

  ControlIntake(
      ControlConfig config,
      ControlTopic topic,
      Converter converter,
      Map<TopicPartition, PartitionLedger> ledgers,
      WatchSupervisor watches,
      RecordFactory factory,
      Consumer<SourceRecord> records,
      ControlMetrics metrics,
      LongSupplier nanoClock) {
    this.topic = topic;
    this.converter = converter;
    this.ledgers = ledgers;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.failureLog = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
    this.unreadable = new UnreadablePartitions(nanoClock);
    this.nextRoundAt = nanoClock.getAsLong();
    ControlReader reader =
        new ControlReader(
            converter, config.queueUrls(), config.defaultEndpoint(), config.asksForLogs());
    ControlHandler handler =
        new ControlHandler(
            config.task().toleratesErrors(),
            ledgers.values(),
            watches,
            factory,
            records,
            metrics,
            nanoClock);
    this.heartbeat = new ControlHeartbeat(config, ledgers.values(), factory, records, nanoClock);
    RoomCheck room = new RoomCheck(watches, nanoClock);
    ledgers.forEach(
        (partition, ledger) ->
            partitions.add(new PartitionIntake(partition, ledger, topic, reader, handler, room)));
  }

  /**
   * Starts to read at the ledgers' positions.
   *
   * @param records receives reports of unusable control records, and heartbeats
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public static ControlIntake start(
      ControlConfig config,
      Map<TopicPartition, PartitionLedger> ledgers,
      WatchSupervisor watches,
      RecordFactory factory,
      Consumer<SourceRecord> records,
      ControlMetrics metrics,
      LongSupplier nanoClock) {
    Converter converter = config.createConverter();
    try {
      return new ControlIntake(
          config,
          openTopic(config, ledgers),
          converter,
          ledgers,
          watches,
          factory,
          records,
          metrics,
          nanoClock);
    } catch (RuntimeException e) {
      Converters.close(converter);
      throw e;
    }
  }

  private static ControlTopic openTopic(
      ControlConfig config, Map<TopicPartition, PartitionLedger> ledgers) {
    Map<String, Object> settings =
        config.createConsumerSettings(config.task().number() + "-control");
    return new ControlTopic(
        KafkaClients.createConsumer(ControlConsumer.KEYS, settings),
        findPositions(ledgers),
        new MissingRecords.Settings(
            config.task().toleratesErrors(),
            (partition, position) -> ledgers.get(partition).findFirstUnread(position)));
  }

  static Map<TopicPartition, OptionalLong> findPositions(
      Map<TopicPartition, PartitionLedger> ledgers) {
    Map<TopicPartition, OptionalLong> positions = new HashMap<>();
    ledgers.forEach((partition, ledger) -> positions.put(partition, ledger.next()));
    return positions;
  }

  /** Why the task has to fail, or null. What was emitted before is to be published all the same. */
  public ConnectException fatalError() {
    return fatalError;
  }

  /** Fetches the records that have arrived and handles those there is room for. */
  public void readRecords() {
    if (nanoClock.getAsLong() - nextRoundAt < 0) {
      return;
    }
    nextRoundAt = nanoClock.getAsLong() + ROUND_NANOS;
    try {
      topic.fetchRecords();
      metrics.updatePaused(!readPartitions());
    } catch (RetriableException e) {
      logUnreadable(e);
    } catch (ConnectException e) {
      fatalError = e;
    }
    heartbeat.emitDue();
    metrics.updateUnstoredRecords(
        ledgers.values().stream().mapToLong(PartitionLedger::countUnstored).sum());
  }

  /**
   * Reads each partition. All partitions share the converter, so its first failure ends the round.
   *
   * @return whether all records that were fetched are handled
   */
  private boolean readPartitions() {
    boolean isComplete = true;
    partitions.addLast(partitions.removeFirst());
    for (PartitionIntake partition : partitions) {
      if (!unreadable.mayRead(partition)) {
        isComplete = false;
        continue;
      }
      try {
        isComplete &= partition.readRecords();
        unreadable.remove(partition);
      } catch (RetriableException e) {
        unreadable.add(partition);
        logUnreadable(e);
        return false;
      }
    }
    return isComplete;
  }

  private void logUnreadable(RetriableException e) {
    failureLog.warn("Control records cannot be read for now: " + e.getMessage());
  }

  @Override
  public void close() {
    topic.close();
    Converters.close(converter);
  }
}
