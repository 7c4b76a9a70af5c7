// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.Inbox;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.source.control.ControlIntake;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.watch.ActiveWatch;
import io.falconnect.source.watch.LiveStreams;
import io.falconnect.source.watch.RecordEmitter;
import io.falconnect.source.watch.SourceMetrics;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source task at work. Everything happens in {@link #poll()}, on the task thread: control records
 * are read, signals of the streams are taken, ledgers are advanced and records made of it.
 */
final class SourceLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceLoop.class);
  private static final int MAX_SIGNALS = 4_096;

  /** With exactly-once a batch is a transaction, so under load it takes all there is. */
  private static final int MAX_BATCH = MAX_SIGNALS;

  private static final long MAX_INBOX_BYTES = 32L * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FOR_STREAMS = Duration.ofMillis(400);
  private static final Duration WAIT = Duration.ofMillis(50);

  /**
   * With exactly-once every batch commits all open watches: the more of them there are above a
   * thousand, the longer a batch may gather, up to a twentieth of a second with ten thousand.
   */
  private static final int WATCHES_WITHOUT_GATHERING = 1_000;

  private static final long GATHERING_NANOS_PER_WATCH = 5_000;

  /** Longer between two calls is no part of how long watches have been failing. */
  private static final long AWAY_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long SWEEP_NANOS = Duration.ofMillis(250).toNanos();
  private static final long MEASURE_NANOS = Duration.ofMillis(250).toNanos();

  private final String name;
  private final FalHttp http;
  private final Inbox<QueueSignal> inbox;
  private final ControlIntake intake;
  private final WatchSupervisor watches;
  private final Batch batch;
  private final SourceMetrics metrics;
  private final TaskMetrics registered;
  private long sweepAt = System.nanoTime();
  private long measureAt = System.nanoTime();
  private long returnedAt = System.nanoTime();

  /** Collects the records of one poll. */
  private static final class Batch implements RecordEmitter {
    private final RecordFactory records;
    private final SourceMetrics metrics;
    private List<SourceRecord> list = new ArrayList<>();
    private int events;

    Batch(RecordFactory records, SourceMetrics metrics) {
      this.records = records;
      this.metrics = metrics;
    }

    @Override
    public void emitStatus(ActiveWatch watch, StatusEvent event) {
      list.add(records.createStatus(watch.ledger, watch.controlOffset, event));
      events++;
      if (event.outcome() != null) {
        metrics.countOutcome(event.outcome());
      }
    }

    @Override
    public void emitResult(ActiveWatch watch, QueueRequest request, FalResult result) {
      list.add(records.createResult(watch.ledger, watch.controlOffset, request, result));
      metrics.countResult();
    }

    List<SourceRecord> take() {
      if (events > 0) {
        metrics.countEvents(events);
        events = 0;
      }
      List<SourceRecord> taken = list;
      list = new ArrayList<>();
      return taken;
    }
  }

  private SourceLoop(
      String name,
      FalHttp http,
      Inbox<QueueSignal> inbox,
      ControlIntake intake,
      WatchSupervisor watches,
      Batch batch,
      TaskMetrics registered) {
    this.name = name;
    this.http = http;
    this.inbox = inbox;
    this.intake = intake;
    this.watches = watches;
    this.batch = batch;
    this.metrics = batch.metrics;
    this.registered = registered;
  }

  /**
   * Restores the ledgers of the task's partitions and starts to work on them.
   *
   * @throws ConnectException when a stored offset cannot be understood
   */
  static SourceLoop start(StatusSourceConfig config, SourceTaskContext context) {
    Map<TopicPartition, PartitionLedger> ledgers =
        LedgerStore.restore(config.control().assigned(), context.offsetStorageReader());
    FalSettings settings = config.fal().settings();
    int maxOpen = config.watch().maxOpenStreams();
    TaskConfig task = config.control().task();
    String name = task.threadName();
    RecordFactory records = new RecordFactory(config.records());
    SourceMetrics metrics = new SourceMetrics(System::nanoTime);
    Batch batch = new Batch(records, metrics);
    Inbox<QueueSignal> inbox = new Inbox<>(MAX_SIGNALS, MAX_INBOX_BYTES, PATIENCE);
    FalHttp http = new FalHttp(settings, name, maxOpen);
    try {
      StatusStreams streams = new StatusStreams(settings, http, inbox);
      WatchSupervisor watches =
          new WatchSupervisor(
              config.watch(),
              new LiveStreams(streams, maxOpen, settings.idleTimeout(), System::nanoTime),
              new ResultFetcher(settings, http, inbox),
              batch,
              metrics,
              System::nanoTime);
      ledgers.values().forEach(watches::restore);
      ControlIntake intake =
          ControlIntake.open(
              config.control(), ledgers, watches, records, error -> batch.list.add(error), metrics);
      LOG.info(
          "Watching {} partitions of {}, {} watches open; at most {} streams on {}",
          ledgers.size(),
          config.control().topic(),
          watches.size(),
          maxOpen,
          http.description());
      TaskMetrics registered = TaskMetrics.of(context, task.connectorName(), task.number());
      metrics.register(registered);
      inbox.register(registered);
      return new SourceLoop(name, http, inbox, intake, watches, batch, registered);
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  /**
   * The records of what happened since the last call; waits a moment where nothing did.
   *
   * @return null where there is nothing
   * @throws ConnectException when the task cannot go on; all that was told before is returned first
   */
  List<SourceRecord> poll() throws InterruptedException {
    ConnectException fatal = intake.fatal() != null ? intake.fatal() : watches.fatalError();
    if (fatal != null) {
      throw fatal;
    }
    long now = System.nanoTime();
    if (now - returnedAt >= AWAY_NANOS) {
      watches.excludePause(Duration.ofNanos(now - returnedAt));
    }
    intake.proceed(now);
    watches.startAttempts();
    inbox.gather(Duration.ofNanos(returnedAt + gatheringNanos() - now));
    List<QueueSignal> signals = new ArrayList<>();
    inbox.drainTo(signals, MAX_BATCH, batch.list.isEmpty() ? WAIT : Duration.ZERO);
    long then = System.nanoTime();
    signals.forEach(watches::handle);
    // What waits in the inbox may be the very sign of life that is missed: look there first.
    if (signals.size() < MAX_BATCH && then - sweepAt >= 0) {
      sweepAt = then + SWEEP_NANOS;
      watches.cutStaleStreams();
    }
    watches.startAttempts();
    if (then - measureAt >= 0) {
      measureAt = then + MEASURE_NANOS;
      metrics.update(watches.count(), intake.measure());
    }
    List<SourceRecord> records = batch.take();
    returnedAt = then;
    return records.isEmpty() ? null : records;
  }

  private long gatheringNanos() {
    return Math.max(0, watches.size() - WATCHES_WITHOUT_GATHERING) * GATHERING_NANOS_PER_WATCH;
  }

  /**
   * Cuts every stream and lets go of the rest. Closing ten thousand sockets takes longer than a
   * stop may: what is not closed by then is closed by a thread of its own.
   */
  @Override
  public void close() {
    long begin = System.nanoTime();
    int open = watches.size();
    registered.close();
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
      closing.join(FOR_STREAMS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    LOG.info("Stopped with {} watches open, in {} ms", open, millis);
  }
}
