// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.connect.TaskConfig;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what a control record asks for, and counts the record as read in its ledger. Owned by
 * the task thread.
 */
final class ControlHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final boolean toleratesErrors;
  private final Collection<PartitionLedger> ledgers;
  private final WatchSupervisor watches;
  private final RecordFactory records;
  private final Consumer<SourceRecord> errors;
  private final ControlMetrics metrics;
  private final RateLimitedLog unusableLog;
  private final RateLimitedLog otherWatchLog;

  /**
   * Creates a handler.
   *
   * @param ledgers those of all partitions of the task
   * @param errors receives the records that report unusable control records
   */
  ControlHandler(
      boolean toleratesErrors,
      Collection<PartitionLedger> ledgers,
      WatchSupervisor watches,
      RecordFactory records,
      Consumer<SourceRecord> errors,
      ControlMetrics metrics,
      LongSupplier nanoClock) {
    this.toleratesErrors = toleratesErrors;
    this.ledgers = ledgers;
    this.watches = watches;
    this.records = records;
    this.errors = errors;
    this.metrics = metrics;
    this.unusableLog = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
    this.otherWatchLog = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  /**
   * Carries out the command of a record.
   *
   * @throws ConnectException when the record is unusable and errors are not tolerated
   */
  void handle(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, ControlCommand command) {
    if (command instanceof ControlCommand.Watch watch) {
      startWatch(ledger, record, watch);
    } else if (command instanceof ControlCommand.End end) {
      endWatches(ledger, record, end.requestId());
    } else if (command instanceof ControlCommand.Unusable unusable) {
      skipUnusable(ledger, record, unusable.reason());
    }
    metrics.countRecord();
  }

  private void startWatch(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, ControlCommand.Watch watch) {
    ledger.readUpTo(record.offset() + 1);
    WatchState initial = WatchState.initial(watch.request(), record.offset(), watch.logs());
    // A record without a timestamp has a negative one.
    long askedAt = record.timestamp() > 0 ? record.timestamp() : System.currentTimeMillis();
    if (ledger.admit(watches.needsAge() ? initial.withAskedAt(askedAt) : initial)) {
      watches.start(ledger, initial.identity(), record.timestamp());
    } else {
      LOG.debug("{} offset {} asks for a watch that is open", record.topic(), record.offset());
    }
  }

  /**
   * Ends the watches of a request id in the record's own partition. Only there the order of the
   * records says that the watch was asked for before: the record may be read again later. A watch
   * whose outcome is published goes on until its result is published.
   *
   * <p>The floor stays at the record until the events of all its watches are stored. Else a crash
   * between two events could leave the other watches open for ever.
   */
  private void endWatches(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String requestId) {
    warnOfOtherWatches(ledger, record, requestId);
    for (WatchState watch : findWatchesBefore(record, ledger, requestId)) {
      watches.cancel(ledger, watch.identity());
      ledger.holdNullRecord(record.offset(), watch);
    }
    ledger.readUpTo(record.offset() + 1);
  }

  /**
   * Ends the watches that a null record ends, before its turn: the record does not count as read.
   */
  void endWatchesEarly(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String requestId) {
    findWatchesBefore(record, ledger, requestId)
        .forEach(watch -> watches.cancel(ledger, watch.identity()));
  }

  private void warnOfOtherWatches(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String requestId) {
    for (PartitionLedger other : ledgers) {
      if (other != ledger && findUnfinished(other, requestId).findAny().isPresent()) {
        otherWatchLog.warn(
            "A null record for request %s is in %s-%s, but the watch is of partition %s and goes on"
                .formatted(requestId, record.topic(), record.partition(), other.partition()));
      }
    }
    findUnfinished(ledger, requestId)
        .filter(watch -> !ledger.wasAskedForBefore(watch, record.offset()))
        .forEach(
            watch ->
                otherWatchLog.warn(
                    "A null record for request %s is in %s-%s at offset %s, but the watch was asked for at offset %s and goes on"
                        .formatted(
                            requestId,
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            watch.controlOffset())));
  }

  /** A null record that is read again ends no watch that was asked for after it. */
  private static List<WatchState> findWatchesBefore(
      ConsumerRecord<byte[], byte[]> record, PartitionLedger ledger, String requestId) {
    return findUnfinished(ledger, requestId)
        .filter(watch -> ledger.wasAskedForBefore(watch, record.offset()))
        .toList();
  }

  private static Stream<WatchState> findUnfinished(PartitionLedger ledger, String requestId) {
    return ledger.findAll(requestId).stream().filter(watch -> watch.finished() == null);
  }

  private void skipUnusable(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String reason) {
    String message =
        "Unusable control record at topic %s, partition %s, offset %s: %s"
            .formatted(record.topic(), record.partition(), record.offset(), reason);
    if (!toleratesErrors) {
      throw new ConnectException(
          message
              + ". To pass over such records set "
              + TaskConfig.ERRORS_TOLERANCE
              + "=all; to pass over this one set 'next' by PATCH /connectors/{name}/offsets.");
    }
    ledger.readUpTo(record.offset() + 1);
    metrics.countUnusableRecord();
    unusableLog.warn(message);
    if (records.hasErrorsTopic()) {
      ledger.holdUntilNextRecord(record.offset());
      errors.accept(records.createControlError(ledger, record, reason));
    }
  }
}
