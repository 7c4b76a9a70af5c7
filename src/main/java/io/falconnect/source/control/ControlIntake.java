// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.Converters;
import io.falconnect.connect.FailureLog;
import io.falconnect.connect.TaskConfig;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;
import io.falconnect.source.watch.SourceMetrics;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns control records into watches, as long as there is room for more. Owned by the task thread;
 * never waits.
 */
public final class ControlIntake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlIntake.class);

  /** Well under the 1 MiB that a record may have by default: open watches take more room later. */
  private static final long MAX_OFFSET_BYTES = 512 * 1024;

  private static final long FETCH_NANOS = Duration.ofMillis(20).toNanos();
  private static final long UNREADABLE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final ControlTopic topic;
  private final Converter converter;
  private final ControlReader reader;
  private final Map<TopicPartition, PartitionLedger> ledgers;
  private final WatchSupervisor watches;
  private final RecordFactory records;
  private final Consumer<SourceRecord> errors;
  private final SourceMetrics metrics;
  private final boolean tolerant;
  private final boolean reporting;
  private final FailureLog failureLog = new FailureLog(LOG, LOG_INTERVAL);
  private final FailureLog waitLog = new FailureLog(LOG, LOG_INTERVAL);
  private final FailureLog elsewhereLog = new FailureLog(LOG, LOG_INTERVAL);
  private final Map<TopicPartition, Waiting> waiting = new HashMap<>();

  /** Until when partitions are left alone whose next record cannot be read for now. */
  private final Map<TopicPartition, Long> unreadable = new HashMap<>();

  /** In turns: each is the first at some time, so that none takes all the room there is. */
  private final Deque<TopicPartition> turns;

  private ConnectException fatal;
  private long fetchAt = System.nanoTime();
  private boolean waits;

  /** A record there is no room for yet, and what it asks for. */
  private record Waiting(ConsumerRecord<byte[], byte[]> record, ControlCommand command) {}

  private ControlIntake(
      ControlConfig config,
      ControlTopic topic,
      Converter converter,
      Map<TopicPartition, PartitionLedger> ledgers,
      WatchSupervisor watches,
      RecordFactory records,
      Consumer<SourceRecord> errors,
      SourceMetrics metrics) {
    this.topic = topic;
    this.converter = converter;
    this.reader =
        new ControlReader(converter, config.queueUrl(), config.defaultEndpoint(), config.logs());
    this.ledgers = ledgers;
    this.turns = new ArrayDeque<>(ledgers.keySet());
    this.watches = watches;
    this.records = records;
    this.errors = errors;
    this.metrics = metrics;
    this.tolerant = config.task().toleratesErrors();
    this.reporting = records.hasErrorsTopic();
  }

  /** Starts to read at the ledgers' positions. */
  public static ControlIntake open(
      ControlConfig config,
      Map<TopicPartition, PartitionLedger> ledgers,
      WatchSupervisor watches,
      RecordFactory records,
      Consumer<SourceRecord> errors,
      SourceMetrics metrics) {
    Map<TopicPartition, OptionalLong> positions = new HashMap<>();
    ledgers.forEach((partition, ledger) -> positions.put(partition, ledger.next()));
    Converter converter = config.converter();
    ControlTopic topic =
        new ControlTopic(config.consumer(config.task().number() + "-control"), positions);
    return new ControlIntake(config, topic, converter, ledgers, watches, records, errors, metrics);
  }

  /** Why the task has to fail, or null. */
  public ConnectException fatal() {
    return fatal;
  }

  /** Fetches and takes in what there is room for. */
  public void proceed(long now) {
    try {
      if (now - fetchAt >= 0) {
        fetchAt = now + FETCH_NANOS;
        topic.fetch();
        waits = false;
        turns.addLast(turns.removeFirst());
        turns.forEach(partition -> takeInIfReadable(partition, now));
      }
    } catch (RetriableException e) {
      cannotBeRead(e, now);
    } catch (ConnectException e) {
      fatal = e;
    }
  }

  /** A record that its converter cannot read for now holds up its own partition only. */
  private void takeInIfReadable(TopicPartition partition, long now) {
    Long until = unreadable.get(partition);
    if (until != null && now - until < 0) {
      waits = true;
      return;
    }
    unreadable.remove(partition);
    try {
      takeIn(partition, ledgers.get(partition), now);
    } catch (RetriableException e) {
      waits = true;
      unreadable.put(partition, now + UNREADABLE_NANOS);
      cannotBeRead(e, now);
    }
  }

  private void cannotBeRead(RetriableException e, long now) {
    failureLog.warn(now, "Control records cannot be read for now: " + e.getMessage());
  }

  private void takeIn(TopicPartition partition, PartitionLedger ledger, long now) {
    ConsumerRecord<byte[], byte[]> record;
    while ((record = topic.peek(partition)) != null) {
      ControlCommand command = read(partition, record);
      // Only a watch needs room; a record that ends one may make it.
      if (command instanceof ControlCommand.Watch && !hasRoom(ledger)) {
        waits = true;
        waiting.put(partition, new Waiting(record, command));
        waitLog.warn(
            now,
            partition
                + " waits: "
                + watches.size()
                + " watches are open, those of the partition take "
                + ledger.bytes()
                + " bytes of the source offset");
        return;
      }
      take(ledger, record, command, now);
      topic.take(partition);
      metrics.countControlRecord();
    }
    topic.position(partition).ifPresent(ledger::readUpTo);
  }

  /** A record that waits is not read anew each time it is looked at. */
  private ControlCommand read(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    Waiting known = waiting.remove(partition);
    return known != null && known.record == record ? known.command : reader.read(record);
  }

  private boolean hasRoom(PartitionLedger ledger) {
    return watches.hasRoom() && ledger.bytes() < MAX_OFFSET_BYTES;
  }

  private void take(
      PartitionLedger ledger,
      ConsumerRecord<byte[], byte[]> record,
      ControlCommand command,
      long now) {
    if (command instanceof ControlCommand.Unusable unusable) {
      unusable(ledger, record, unusable.reason(), now);
      return;
    }
    if (command instanceof ControlCommand.End end) {
      endAll(ledger, record, end.requestId(), now);
      return;
    }
    ledger.readUpTo(record.offset() + 1);
    if (command instanceof ControlCommand.Watch watch) {
      WatchState initial = WatchState.initial(watch.request(), record.offset(), watch.logs());
      if (ledger.admit(initial)) {
        watches.start(ledger, initial.identity());
      } else {
        LOG.debug("{} offset {} asks for a watch that is open", record.topic(), record.offset());
      }
    }
  }

  /**
   * Ends what is watched under an id, of the record's own partition: after a restart the record may
   * be read again, and only there it is known to be older than a watch that was asked for since. Of
   * a watch that had its outcome there is nothing to end, and its result is still due. The record
   * is passed with the last of the watches: were it passed with the first, a crash between the two
   * could leave the others open for ever.
   */
  private void endAll(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String requestId, long now) {
    for (PartitionLedger other : ledgers.values()) {
      if (other != ledger && !unfinished(other, requestId).isEmpty()) {
        elsewhereLog.warn(
            now,
            "A null record for request %s is in %s-%s, but the watch is of partition %s and goes on"
                .formatted(requestId, record.topic(), record.partition(), other.partition()));
      }
    }
    List<RequestIdentity> open = unfinished(ledger, requestId);
    int last = Math.max(0, open.size() - 1);
    open.subList(0, last).forEach(identity -> watches.cancel(ledger, identity));
    ledger.readUpTo(record.offset() + 1);
    open.subList(last, open.size()).forEach(identity -> watches.cancel(ledger, identity));
  }

  private static List<RequestIdentity> unfinished(PartitionLedger ledger, String requestId) {
    return ledger.findAll(requestId).stream()
        .filter(watch -> watch.finished() == null)
        .map(WatchState::identity)
        .toList();
  }

  private void unusable(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String reason, long now) {
    String message =
        "Unusable control record at topic "
            + record.topic()
            + ", partition "
            + record.partition()
            + ", offset "
            + record.offset()
            + ": "
            + reason;
    if (!tolerant) {
      throw new ConnectException(
          message
              + ". To pass over such records set "
              + TaskConfig.ERRORS_TOLERANCE
              + "=all; to pass over this one set 'next' by PATCH /connectors/{name}/offsets.");
    }
    ledger.readUpTo(record.offset() + 1);
    metrics.countUnusableControlRecord();
    if (!reporting) {
      LOG.warn("{}", message);
    } else {
      failureLog.warn(now, message);
      errors.accept(records.createControlError(ledger, record, reason));
    }
  }

  /** How it stands now. */
  public SourceMetrics.IntakeState measure() {
    long bytes = ledgers.values().stream().mapToLong(PartitionLedger::bytes).max().orElse(0);
    return new SourceMetrics.IntakeState(waits, bytes);
  }

  @Override
  public void close() {
    topic.close();
    Converters.close(converter);
  }
}
