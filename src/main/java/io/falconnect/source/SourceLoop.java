// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.Inbox;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.source.control.ControlIntake;
import io.falconnect.source.control.ControlMetrics;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.record.RecordMetrics;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.watch.LiveStreams;
import io.falconnect.source.watch.WatchMetrics;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started source task. Everything happens in {@link #poll()}, on the task thread: it reads
 * control records, handles the signals of streams and fetches, advances the ledgers and creates the
 * records.
 */
final class SourceLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceLoop.class);
  private static final int MAX_SIGNALS = 4_096;

  /** All that are waiting: with exactly-once support a batch is a transaction. */
  private static final int MAX_BATCH = MAX_SIGNALS;

  private static final long MAX_INBOX_BYTES = 32L * 1024 * 1024;

  /** A batch of signals with so many bytes is large enough. */
  private static final long BATCH_BYTES = 8L * 1024 * 1024;

  /** How long a stream waits for room in the inbox before it is cut. */
  private static final Duration INBOX_TIMEOUT = Duration.ofSeconds(30);

  /** How long a poll waits for a first signal. */
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(50);

  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(400);

  /**
   * Without exactly-once support Connect copies, after each batch, the offsets of all shards that
   * changed since the last flush. Each watch above a thousand therefore lets a batch gather signals
   * for longer: 3.5 ms with eight thousand watches.
   */
  private static final int WATCHES_WITHOUT_GATHERING = 1_000;

  private static final long GATHERING_NANOS_PER_WATCH = 500;
  private static final long MAX_GATHERING_NANOS = Duration.ofMillis(5).toNanos();

  /** A longer time between two polls does not count as time in which watches have been failing. */
  private static final long MAX_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final String name;
  private final FalHttp http;
  private final Inbox<QueueSignal> inbox;
  private final ControlMetrics controlMetrics = new ControlMetrics();
  private final ControlIntake intake;
  private final WatchMetrics watchMetrics;
  private final WatchSupervisor watches;
  private final RecordMetrics recordMetrics;
  private final RecordBatch batch;
  private final OffsetFlushes flushes = new OffsetFlushes();
  private final UnacknowledgedRecords unacknowledged;
  private final LongSupplier nanoClock;
  private TaskMetrics registered;
  private long nextStreamCheckAt;
  private long nextMetricsAt;
  private long returnedAt;

  private SourceLoop(
      StatusSourceConfig config,
      Map<TopicPartition, PartitionLedger> ledgers,
      FalHttp http,
      LongSupplier nanoClock) {
    this.name = config.control().task().threadName();
    this.http = http;
    this.nanoClock = nanoClock;
    this.inbox = new Inbox<>(MAX_SIGNALS, MAX_INBOX_BYTES, INBOX_TIMEOUT);
    RecordFactory records = new RecordFactory(config.records());
    this.recordMetrics = new RecordMetrics(nanoClock);
    this.batch = new RecordBatch(records, recordMetrics);
    this.watchMetrics = new WatchMetrics(nanoClock);
    this.watches = createWatches(config);
    ledgers.values().forEach(watches::restore);
    this.unacknowledged = new UnacknowledgedRecords(nanoClock);
    this.intake =
        ControlIntake.start(
            config.control(), ledgers, watches, records, batch::add, controlMetrics, nanoClock);
    this.nextStreamCheckAt = nanoClock.getAsLong();
    this.nextMetricsAt = nextStreamCheckAt;
    this.returnedAt = nextStreamCheckAt;
  }

  private WatchSupervisor createWatches(StatusSourceConfig config) {
    FalSettings settings = config.fal().settings();
    int maxOpen = config.watch().maxOpenStreams();
    StatusStreams streams = new StatusStreams(settings, http, inbox);
    return new WatchSupervisor(
        config.watch(),
        new LiveStreams(streams, maxOpen, settings.idleTimeout(), nanoClock),
        new ResultFetcher(settings, http, inbox),
        batch,
        watchMetrics,
        nanoClock);
  }

  /**
   * Restores the ledgers of the task's partitions and starts to work on them.
   *
   * @throws ConnectException when a stored offset cannot be understood
   */
  static SourceLoop start(StatusSourceConfig config, SourceTaskContext context) {
    Map<TopicPartition, PartitionLedger> ledgers =
        LedgerStore.restoreLedgers(
            config.control().assignedPartitions(),
            config.control().partitionCount(),
            context.offsetStorageReader());
    int maxOpen = config.watch().maxOpenStreams();
    TaskConfig task = config.control().task();
    FalHttp http = new FalHttp(config.fal().settings(), task.threadName(), maxOpen);
    try {
      SourceLoop loop = new SourceLoop(config, ledgers, http, System::nanoTime);
      LOG.info(
          "Watching {} partitions of {}, {} watches open; at most {} streams on {}",
          ledgers.size(),
          config.control().topic(),
          loop.watches.size(),
          maxOpen,
          http.description());
      loop.register(TaskMetrics.open(context, task.connectorName(), task.number()));
      loop.unacknowledged.startThread(task.threadName());
      return loop;
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  private void register(TaskMetrics metrics) {
    registered = metrics;
    controlMetrics.register(metrics);
    watchMetrics.register(metrics);
    recordMetrics.register(metrics);
    inbox.register(metrics);
    unacknowledged.register(metrics);
  }

  /**
   * Returns the records of what happened since the last call, and waits a moment if nothing did.
   * Called by Connect on the task thread.
   *
   * @return null if there is none
   * @throws ConnectException when the task cannot go on; the records of what happened before were
   *     returned by the call before
   */
  List<SourceRecord> poll() throws InterruptedException {
    failIfFatal();
    excludePause();
    flushes.update();
    intake.readRecords();
    watches.startAttempts();
    boolean hasHandledAll = handleSignals();
    if (nanoClock.getAsLong() - nextStreamCheckAt >= 0) {
      nextStreamCheckAt = nanoClock.getAsLong() + CHECK_NANOS;
      watches.cutStaleStreams(hasHandledAll);
    }
    watches.startAttempts();
    if (nanoClock.getAsLong() - nextMetricsAt >= 0) {
      nextMetricsAt = nanoClock.getAsLong() + CHECK_NANOS;
      watchMetrics.update(watches.count());
    }
    List<SourceRecord> records = batch.drain();
    unacknowledged.onReturned(records);
    returnedAt = nanoClock.getAsLong();
    return records.isEmpty() ? null : records;
  }

  /**
   * A record that was returned is written, or Connect has passed over it. Safe for any thread.
   *
   * @param isPublished whether it is written
   */
  void onAcknowledged(SourceRecord record, boolean isPublished) {
    unacknowledged.onAcknowledged();
    flushes.onAcknowledged(record, isPublished);
  }

  /** Connect has stored offsets. Safe for any thread. */
  void onFlush() {
    flushes.onFlush();
  }

  private void failIfFatal() {
    ConnectException fatal =
        intake.fatalError() != null ? intake.fatalError() : watches.fatalError();
    if (fatal != null) {
      throw fatal;
    }
  }

  private void excludePause() {
    long pause = nanoClock.getAsLong() - returnedAt;
    if (pause >= MAX_PAUSE_NANOS) {
      watches.excludePause(Duration.ofNanos(pause));
    }
  }

  /** Returns whether no signal is left. */
  private boolean handleSignals() throws InterruptedException {
    gatherSignals();
    List<QueueSignal> signals = new ArrayList<>();
    Duration wait = batch.isEmpty() ? POLL_TIMEOUT : Duration.ZERO;
    boolean isEmpty = inbox.drainTo(signals, MAX_BATCH, BATCH_BYTES, wait);
    signals.forEach(watches::handle);
    return isEmpty;
  }

  private void gatherSignals() throws InterruptedException {
    long more = Math.max(0, watches.size() - WATCHES_WITHOUT_GATHERING);
    long gathering = Math.min(MAX_GATHERING_NANOS, more * GATHERING_NANOS_PER_WATCH);
    inbox.awaitClose(Duration.ofNanos(returnedAt + gathering - nanoClock.getAsLong()));
  }

  /**
   * Cuts every stream and closes the clients. Closing ten thousand sockets takes longer than a stop
   * may take, so a thread of its own closes what is left.
   */
  @Override
  public void close() {
    long begin = nanoClock.getAsLong();
    int open = watches.size();
    registered.close();
    unacknowledged.close();
    inbox.close();
    Thread closing =
        new Thread(
            () -> {
              watches.abort();
              http.close();
            },
            name + "-closing");
    closing.setDaemon(true);
    closing.start();
    intake.close();
    try {
      closing.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long millis = Duration.ofNanos(nanoClock.getAsLong() - begin).toMillis();
    LOG.info("Stopped with {} watches open, in {} ms", open, millis);
  }
}
