// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.queue.MalformedStatusException;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.record.RecordConfig;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entrance to the open watches of a task: starts and cancels them, starts their attempts, and
 * hands each signal of a stream or a fetch to the handler of statuses or of ends of attempts. Owned
 * by the task thread; never waits.
 */
public final class WatchSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(WatchSupervisor.class);

  /** How long a request that was just submitted may be unknown to fal. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final int maxWatches;
  private final OutcomePolicy outcomes;
  private final LiveStreams streams;
  private final ResultFetches fetches;
  private final AttemptScheduler attempts;
  private final OpenWatches watches;
  private final Completions completions;
  private final PositionThrottle positions;
  private final StatusHandler statuses;
  private final WatchCloser closer;
  private final AttemptEndHandler attemptEnds;
  private final AccountAccess<ActiveWatch> access;
  private final WatchRefusals refusals;
  private final Optional<Duration> maxAge;
  private final WatchMetrics metrics;
  private final LongSupplier nanoClock;
  private final RateLimitedLog failureLog;

  /**
   * Starts without a watch.
   *
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public WatchSupervisor(
      WatchConfig config,
      LiveStreams streams,
      ResultFetcher results,
      RecordEmitter emitter,
      WatchMetrics metrics,
      LongSupplier nanoClock) {
    this.maxWatches = config.maxOpenStreams();
    this.maxAge = config.maxAge();
    this.outcomes = OutcomePolicy.of(config);
    this.streams = streams;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.failureLog = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
    this.fetches = new ResultFetches(results, config.fetchResults(), config.maxResultBytes());
    this.access =
        new AccountAccess<>(config.tolerant(), config.backoff(), config.retryTimeout(), nanoClock);
    this.attempts = new AttemptScheduler(outcomes, streams, fetches, access, nanoClock);
    this.watches = new OpenWatches(emitter, access, nanoClock);
    this.completions = new Completions(outcomes, watches, nanoClock);
    this.positions = new PositionThrottle(config.minInterval(), watches, nanoClock);
    this.closer = new WatchCloser(outcomes, streams, watches, completions, nanoClock);
    this.statuses = createStatusHandler();
    this.attemptEnds = createAttemptEndHandler(WatchPolicy.of(config));
    this.refusals =
        new WatchRefusals(access, outcomes, attempts, streams, closer, metrics.refusals());
  }

  private StatusHandler createStatusHandler() {
    return new StatusHandler(
        outcomes, streams, attempts, watches, completions, positions, nanoClock);
  }

  private AttemptEndHandler createAttemptEndHandler(WatchPolicy policy) {
    return new AttemptEndHandler(
        policy, outcomes, attempts, closer, access, metrics, failureLog, nanoClock);
  }

  /** How many watches are open. */
  public int size() {
    return watches.size();
  }

  /** Whether another watch may be started. */
  public boolean hasRoom() {
    return watches.size() < maxWatches;
  }

  /** Why the task has to fail, or null. What was emitted before is to be published all the same. */
  public ConnectException fatalError() {
    return refusals.fatalError();
  }

  /**
   * Starts all watches of a ledger. A watch that lacks only its result is closed if results are not
   * fetched any more.
   */
  public void restore(PartitionLedger ledger) {
    int unwanted = 0;
    for (WatchState watch : ledger.listOldestFirst()) {
      if (outcomes.isOver(watch)) {
        ledger.close(watch.identity());
        unwanted++;
      } else {
        // If nothing was published yet, the request may be new.
        Duration grace = watch.sequence() == 0 ? GRACE : Duration.ZERO;
        work(new ActiveWatch(ledger, watch.identity(), nanoClock), grace);
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

  /**
   * Starts to work on a watch that is open in the ledger.
   *
   * @param askedAt the timestamp of its control record: epoch milliseconds
   */
  public void start(PartitionLedger ledger, RequestIdentity identity, long askedAt) {
    Duration age = Duration.ofMillis(Math.max(0, System.currentTimeMillis() - askedAt));
    work(new ActiveWatch(ledger, identity, nanoClock), GRACE.minus(age));
  }

  private void work(ActiveWatch watch, Duration grace) {
    watch.history.startGrace(grace);
    watches.add(watch);
    attempts.schedule(watch);
  }

  /** Ends a watch because of a null control record. */
  public void cancel(PartitionLedger ledger, RequestIdentity identity) {
    closer.cancel(watches.get(ledger, identity));
  }

  /**
   * Opens the streams and starts the fetches that are due, within their bounds. Publishes the
   * completions whose outcome is not known in time. To be called several times a second.
   */
  public void startAttempts() {
    completions.publishDue();
    positions.publishDue();
    refusals.settle();
    attempts.startDue();
  }

  /**
   * Handles one signal. Signals of streams and fetches that are not needed any more are ignored.
   */
  public void handle(QueueSignal signal) {
    if (signal instanceof QueueSignal.StreamEvent event) {
      LiveStream live = streams.get(event.stream());
      if (live != null && !event.text().isBlank()) {
        onEvent(live, event);
      }
    } else if (signal instanceof QueueSignal.StreamEnded ended) {
      LiveStream live = streams.remove(ended.stream());
      if (live != null) {
        attemptEnds.onStreamEnd(live, ended.stream(), ended.failure());
      }
    } else if (signal instanceof QueueSignal.ResultFetched fetched) {
      ActiveWatch watch = fetches.onEnd(fetched.fetch());
      if (watch != null) {
        attemptEnds.onResult(watch, fetched.result());
      }
    } else if (signal instanceof QueueSignal.ResultFailed failed) {
      ActiveWatch watch = fetches.onEnd(failed.fetch());
      if (watch != null) {
        attemptEnds.onFetchFailure(watch, failed.failure());
      }
    }
  }

  private void onEvent(LiveStream live, QueueSignal.StreamEvent event) {
    ActiveWatch watch = live.watch;
    StatusUpdate update;
    try {
      update = StatusUpdate.parse(watch.state().request(), event.text());
    } catch (MalformedStatusException e) {
      live.onMalformedEvent();
      metrics.countError(Cause.MALFORMED);
      failureLog.warn("An event of " + watch + " was passed over: " + e.getMessage());
      return;
    }
    live.onStatus(update);
    access.onAccepted(live.watch, live.startedAt());
    statuses.onStatus(live, update, event.readAt());
  }

  /** How many watches there are now. */
  public WatchMetrics.WatchCounts count() {
    return new WatchMetrics.WatchCounts(
        watches.size(), streams.countOpen(), fetches.count(), watches.oldestSince());
  }

  /**
   * Excludes a time in which the task was not called, as the connector was paused or Kafka slow: no
   * watch was attempted, so none was failing.
   */
  public void excludePause(Duration pause) {
    watches.excludePause(pause);
    access.excludePause(pause);
  }

  /**
   * Cuts streams that are over although fal has not ended them, and ends watches that are too old.
   * To be called every second.
   *
   * @param hasHandledAll whether no signal is left: a status among those that are left may be what
   *     a stream seems to lack
   */
  public void cutStaleStreams(boolean hasHandledAll) {
    streams.cutStale(hasHandledAll);
    maxAge.ifPresent(
        age -> {
          Ending ending = OutcomePolicy.onMaxAge(age);
          watches.listOlderThan(age).forEach(watch -> closer.closeWithEnding(watch, ending));
        });
  }

  /** Whether the age of a watch matters, so that it has to be stored. */
  public boolean needsAge() {
    return maxAge.isPresent();
  }

  /** Cuts every stream and forgets every fetch; nothing is emitted any more. */
  public void abort() {
    streams.cutAll();
    fetches.forgetAll();
  }
}
