// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.FailureLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.MalformedStatusException;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.record.RecordConfig;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.LogAlignment;
import io.falconnect.source.state.LogCursor;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open watches at work: turns what their streams say into events, opens streams anew when they
 * break, fetches results, and ends what is over. Owned by the task thread; never waits.
 */
public final class WatchSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(WatchSupervisor.class);

  /** Streams asked for in one go: a restart with many must not keep the task thread for long. */
  private static final int MAX_OPENED = 500;

  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final WatchConfig settings;
  private final WatchPolicy policy;
  private final LiveStreams streams;
  private final ResultFetches fetches;
  private final RecordEmitter emitter;
  private final SourceMetrics metrics;
  private final FailureLog failureLog = new FailureLog(LOG, LOG_INTERVAL);

  /** Of each partition, the oldest first. */
  private final Map<PartitionLedger, Map<RequestIdentity, ActiveWatch>> open = new HashMap<>();

  private final DueQueue toOpen = new DueQueue();
  private final DueQueue toFetch = new DueQueue();
  private ConnectException fatal;
  private boolean keyTaken;
  private int size;

  public WatchSupervisor(
      WatchConfig settings,
      LiveStreams streams,
      ResultFetcher results,
      RecordEmitter emitter,
      SourceMetrics metrics) {
    this.settings = settings;
    this.policy = new WatchPolicy(settings.backoff(), settings.retryTimeout(), settings.tolerant());
    this.streams = streams;
    this.fetches = new ResultFetches(results, settings.maxResultBytes(), System::nanoTime);
    this.emitter = emitter;
    this.metrics = metrics;
  }

  public int size() {
    return size;
  }

  /** Whether another watch may be opened. */
  public boolean hasRoom() {
    return size < settings.maxOpenStreams();
  }

  /** Why the task has to fail, or null; what was told until then is emitted all the same. */
  public ConnectException fatal() {
    return fatal;
  }

  /**
   * Sets all watches of a ledger to work. Where only results are missing, and are not wanted any
   * more, there is nothing left to do.
   */
  public void restore(PartitionLedger ledger, long now) {
    int unwanted = 0;
    for (WatchState watch : ledger.listOldestFirst()) {
      if (watch.finished() == null || settings.fetchResults()) {
        start(ledger, watch.identity(), now);
      } else {
        ledger.close(watch.identity());
        unwanted++;
      }
    }
    if (unwanted > 0) {
      LOG.warn(
          "{} results of {}-{} were still to be fetched and are not wanted any more: {} is not set",
          unwanted,
          ledger.topic(),
          ledger.partition(),
          RecordConfig.RESULT_TOPIC);
    }
  }

  /** Sets a watch that the ledger has open to work. */
  public void start(PartitionLedger ledger, RequestIdentity identity, long now) {
    ActiveWatch watch = new ActiveWatch(ledger, identity, now);
    open.computeIfAbsent(ledger, l -> new LinkedHashMap<>()).put(identity, watch);
    size++;
    attempts(watch).now(watch);
  }

  /** Ends a watch that is not wanted any more. */
  public void cancel(PartitionLedger ledger, RequestIdentity identity) {
    ActiveWatch watch = open.get(ledger).get(identity);
    String reason = "the watch was ended by a null control record";
    end(watch, new Ending(Outcome.CANCELLED, 0, reason));
  }

  /** Opens streams and starts fetches whose turn it is, within the bounds. */
  public void proceed(long now) {
    ActiveWatch watch;
    for (int opened = 0; opened < MAX_OPENED && streams.mayOpen(); opened++) {
      watch = toOpen.peek(now);
      if (watch == null) {
        break;
      }
      toOpen.take();
      streams.open(watch);
    }
    while ((watch = toFetch.peek(now)) != null && fetches.tryStart(watch, keyTaken)) {
      toFetch.take();
      watch.progress.started(now);
    }
  }

  /** Takes one signal. Those of streams and fetches that are not wanted any more are dropped. */
  public void take(QueueSignal signal, long now) {
    if (signal instanceof QueueSignal.Data data) {
      LiveStreams.Live live = streams.get(data.stream());
      if (live != null && !data.text().isBlank()) {
        told(live, data, now);
      }
    } else if (signal instanceof QueueSignal.Ended ended) {
      LiveStreams.Live live = streams.ended(ended.stream());
      if (live != null) {
        // Waiting for its turn to open is no part of an attempt.
        live.watch.progress.started(ended.stream().begunAt());
        long retryMillis = live.watch.progress.retry(ended.stream().retryMillis());
        attemptEnded(live.watch, whyEnded(live, ended.failure()), retryMillis, now);
      }
    } else if (signal instanceof QueueSignal.ResultFetched fetched) {
      ActiveWatch watch = fetches.onEnd(fetched.fetch());
      if (watch != null) {
        closeWithResult(watch, fetched.result());
      }
    } else if (signal instanceof QueueSignal.ResultFailed failed) {
      ActiveWatch watch = fetches.onEnd(failed.fetch());
      if (watch != null) {
        attemptEnded(watch, failed.failure(), -1, now);
      }
    }
  }

  private void told(LiveStreams.Live live, QueueSignal.Data data, long now) {
    ActiveWatch watch = live.watch;
    WatchState state = watch.state();
    StatusUpdate update;
    try {
      update = StatusUpdate.parse(data.text());
      String of = update.requestId();
      if (of != null && !of.equalsIgnoreCase(state.request().requestId())) {
        throw new MalformedStatusException("it is of another request");
      }
    } catch (MalformedStatusException e) {
      live.garbled(now);
      metrics.failed(Cause.MALFORMED);
      failureLog.warn(now, "An event of " + watch + " was passed over: " + e.getMessage());
      return;
    }
    live.told();
    keyTaken = true;
    LogAlignment alignment = live.alignment;
    List<LogLine> fresh = alignment == null ? List.of() : alignment.fresh(update.logs());
    LogCursor logs = alignment == null ? null : alignment.published();
    Optional<WatchState.Step> step = state.onUpdate(update, fresh, logs, data.readAt());
    watch.progress.healthy(step.isPresent());
    step.ifPresent(s -> publish(watch, s, now));
  }

  private void publish(ActiveWatch watch, WatchState.Step step, long now) {
    boolean over = step.event().outcome() != null;
    if (over) {
      streams.finish(watch, now);
    }
    if (over && !settings.fetchResults()) {
      close(watch);
    } else {
      watch.ledger.update(step.after());
    }
    emitter.status(watch, step.event());
    if (over && settings.fetchResults()) {
      toFetch.now(watch);
    }
  }

  /** Null where the server ended a stream on which it told a status: nothing is wrong. */
  private static FalFailure whyEnded(LiveStreams.Live live, FalFailure failure) {
    return failure == null && !live.wasTold()
        ? new FalFailure(Whose.NOBODY, Cause.INCOMPLETE, "the stream ended without a status")
        : failure;
  }

  private void attemptEnded(ActiveWatch watch, FalFailure failure, long retryMillis, long now) {
    if (failure != null) {
      metrics.failed(failure.cause());
    }
    WatchPolicy.Decision decision = policy.decide(watch.progress, failure, retryMillis, now);
    if (decision instanceof WatchPolicy.Decision.Again again) {
      if (failure != null) {
        metrics.retries();
        failureLog.warn(now, "Trying again: " + watch + ": " + failure.reason());
      }
      if (watch.state().finished() == null) {
        metrics.reconnects(failure == null ? Cause.ENDED : failure.cause());
      }
      attempts(watch).at(now + again.delay().toNanos(), watch);
    } else if (decision instanceof WatchPolicy.Decision.GiveUp giveUp) {
      end(watch, giveUp.ending());
    } else if (decision instanceof WatchPolicy.Decision.Fail fail) {
      String help = "No watch is lost: correct fal.api.key and restart the task.";
      fatal =
          new ConnectException(
              "fal refused the key for " + watch + ": " + fail.reason() + ". " + help);
    }
  }

  private DueQueue attempts(ActiveWatch watch) {
    return watch.state().finished() == null ? toOpen : toFetch;
  }

  /** Ends a watch without fal's help: by its last event, or where that is out, by a result. */
  private void end(ActiveWatch watch, Ending ending) {
    WatchState state = watch.state();
    LOG.info("Ended as {}: {}: {}", ending.outcome(), watch, ending.reason());
    if (state.finished() != null) {
      closeWithResult(
          watch, new FalResult(ending.httpStatus(), null, ending.reason(), ending.errorType()));
      return;
    }
    streams.cut(watch);
    close(watch);
    emitter.status(watch, state.lastEvent(ending, System.currentTimeMillis()));
  }

  private void closeWithResult(ActiveWatch watch, FalResult result) {
    WatchState last = watch.state();
    close(watch);
    emitter.result(watch, last, result);
  }

  private void close(ActiveWatch watch) {
    watch.ledger.close(watch.identity);
    open.get(watch.ledger).remove(watch.identity);
    size--;
  }

  /** How they stand now. */
  public SourceMetrics.Watching measure() {
    OptionalLong oldest =
        open.values().stream()
            .filter(watches -> !watches.isEmpty())
            .mapToLong(watches -> watches.values().iterator().next().since)
            .reduce((a, b) -> a - b < 0 ? a : b);
    return new SourceMetrics.Watching(size, streams.countOpen(), fetches.count(), oldest);
  }

  /**
   * Nobody looked for so long, in nanoseconds: the connector was paused, or Kafka slow. No watch
   * has been failing meanwhile, because none was attempted.
   */
  public void away(long nanos) {
    open.values().forEach(of -> of.values().forEach(watch -> watch.progress.away(nanos)));
  }

  /** Cuts streams that are dead. To be called about every second, or oftener. */
  public void sweep(long now) {
    streams.sweep(now);
  }

  /** Cuts everything; nothing is emitted any more. */
  public void abort() {
    streams.abort();
    fetches.forgetAll();
  }
}
