// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.MalformedStatusException;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.StatusStream;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.record.RecordConfig;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;
import io.falconnect.source.watch.WatchPolicy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on the open watches: makes events of what their streams say, opens streams again after they
 * break, fetches results, and ends what is over. Owned by the task thread; never waits.
 */
public final class WatchSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(WatchSupervisor.class);

  private static final String KEY_REFUSED =
      "fal refused the key for %s: %s. No watch is lost: correct fal.api.key and restart the task.";

  /** How long a request that was just submitted may be unknown to fal. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final int maxWatches;
  private final WatchPolicy policy;
  private final LiveStreams streams;
  private final ResultFetches fetches;
  private final AttemptScheduler attempts;
  private final OpenWatches watches;
  private final Completions completions;
  private final PositionThrottle positions;
  private final Optional<Duration> maxAge;
  private final WatchMetrics metrics;
  private final LongSupplier nanoClock;
  private final RateLimitedLog failureLog;
  private ConnectException fatalError;

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
    this.policy = WatchPolicy.of(config);
    this.streams = streams;
    this.fetches =
        new ResultFetches(results, config.fetchResults(), config.maxResultBytes(), nanoClock);
    this.attempts = new AttemptScheduler(policy, streams, fetches, nanoClock);
    this.watches = new OpenWatches(emitter, nanoClock);
    this.completions = new Completions(watches, nanoClock);
    this.positions = new PositionThrottle(config.minInterval(), watches, nanoClock);
    this.maxAge = config.maxAge();
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.failureLog = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
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
    return fatalError;
  }

  /**
   * Starts all watches of a ledger. A watch that lacks only its result is closed if results are not
   * fetched any more.
   */
  public void restore(PartitionLedger ledger) {
    int unwanted = 0;
    for (WatchState watch : ledger.listOldestFirst()) {
      if (policy.isOver(watch)) {
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
    ActiveWatch watch = watches.get(ledger, identity);
    completions.publish(watch);
    closeUncompleted(watch, policy.onNullRecord());
  }

  /**
   * Opens the streams and starts the fetches that are due, within their bounds. Publishes the
   * completions whose outcome is not known in time. To be called several times a second.
   */
  public void startAttempts() {
    completions.publishDue();
    positions.publishDue();
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
        onStreamEnd(live, ended.stream(), ended.failure());
      }
    } else if (signal instanceof QueueSignal.ResultFetched fetched) {
      ActiveWatch watch = fetches.onEnd(fetched.fetch());
      if (watch != null) {
        onResult(watch, fetched.result());
      }
    } else if (signal instanceof QueueSignal.ResultFailed failed) {
      ActiveWatch watch = fetches.onEnd(failed.fetch());
      if (watch != null) {
        onAttemptEnd(watch, failed.failure(), Optional.empty());
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
      warn("An event of " + watch + " was passed over: " + e.getMessage());
      return;
    }
    live.onStatus(update);
    fetches.onKeyAccepted();
    List<LogLine> newLines = live.newLogLines(update);
    if (policy.waitsForResult(update.phase())) {
      watch.history.onStatus(true);
      streams.drain(watch);
      watch.completedAt = nanoClock.getAsLong();
      completions.hold(watch, update, newLines, live.publishedLogs(), event.readAt());
      attempts.schedule(watch);
      return;
    }
    Outcome outcome = policy.outcomeOf(update.phase());
    if (outcome == null && positions.hold(watch, update, !newLines.isEmpty(), event.readAt())) {
      watch.history.onStatus(true);
      return;
    }
    Optional<WatchState.Step> step =
        watch
            .state()
            .onUpdate(
                policy.explainEnd(update), outcome, newLines, live.publishedLogs(), event.readAt());
    watch.history.onStatus(step.isPresent());
    if (step.isPresent()) {
      publish(watch, step.get());
    }
  }

  private void publish(ActiveWatch watch, WatchState.Step step) {
    boolean finished = step.after().finished() != null;
    if (finished) {
      watch.completedAt = nanoClock.getAsLong();
      streams.drain(watch);
    }
    if (policy.isOver(step.after())) {
      watches.closeWithEvent(watch, step);
      return;
    }
    watches.publish(watch, step);
    if (finished) {
      attempts.schedule(watch);
    }
  }

  private void onResult(ActiveWatch watch, FalResult result) {
    Optional<Duration> delay =
        result.isMissing() ? policy.retryMissing(watch.history) : Optional.empty();
    if (delay.isPresent()) {
      attempts.schedule(watch, delay.get());
      return;
    }
    metrics.noteResultAge(Duration.ofNanos(nanoClock.getAsLong() - watch.completedAt));
    if (watch.isCompletedWithoutOutcome()) {
      publishOutcome(watch, policy.onResult(result));
    }
    if (!watch.isClosed()) {
      watches.closeWithResult(watch, result);
    }
  }

  /** The watch stays open if its result record is still to be published. */
  private void publishOutcome(ActiveWatch watch, Ending ending) {
    WatchState.Step step = completions.end(watch, ending);
    if (policy.isOver(step.after())) {
      watches.closeWithEvent(watch, step);
    } else {
      watches.publish(watch, step);
    }
  }

  private void onStreamEnd(LiveStream live, StatusStream stream, FalFailure failure) {
    AttemptHistory history = live.watch.history;
    // The time that a stream waited for its permit is not part of the attempt.
    history.startAttempt(stream.startedAt());
    history.noteReconnectDelay(stream.retryMillis());
    if (failure == null && live.unknownLastStatus() != null) {
      Decision decision =
          policy.afterUnknownEnd(history, live.unknownLastStatus(), history.reconnectDelay());
      follow(live.watch, decision, null);
    } else {
      onAttemptEnd(live.watch, live.judgeEnd(failure), history.reconnectDelay());
    }
  }

  private void onAttemptEnd(
      ActiveWatch watch, FalFailure failure, Optional<Duration> reconnectDelay) {
    if (failure != null) {
      metrics.countError(failure.cause());
    }
    follow(watch, policy.afterAttempt(watch.history, failure, reconnectDelay), failure);
  }

  /** Does what was decided after an attempt; the failure is null if nothing is wrong. */
  private void follow(ActiveWatch watch, Decision decision, FalFailure failure) {
    if (decision instanceof Decision.Retry retry) {
      if (failure != null) {
        metrics.countRetry();
        warn("Trying again: " + watch + ": " + failure.reason());
      }
      if (!policy.needsResult(watch)) {
        metrics.countReconnect(failure == null ? Cause.ENDED : failure.cause());
      }
      attempts.schedule(watch, retry.delay());
    } else if (decision instanceof Decision.End end) {
      end(watch, end.ending());
    } else if (decision instanceof Decision.FailTask fail) {
      fatalError = new ConnectException(KEY_REFUSED.formatted(watch, fail.reason()));
    }
  }

  /** Ends a watch because of a failure. A completed request has a result record in any case. */
  private void end(ActiveWatch watch, Ending ending) {
    if (!policy.needsResult(watch)) {
      closeUncompleted(watch, ending);
      return;
    }
    LOG.info("Ended without a result: {}: {}", watch, ending.reason());
    if (watch.isCompletedWithoutOutcome()) {
      publishOutcome(watch, ending);
    }
    if (!watch.isClosed()) {
      watches.closeWithoutResult(watch, ending);
    }
  }

  private void closeUncompleted(ActiveWatch watch, Ending ending) {
    LOG.info("Ended as {}: {}: {}", ending.outcome(), watch, ending.reason());
    streams.cut(watch);
    watches.closeUncompleted(watch, ending);
  }

  private void warn(String message) {
    failureLog.warn(message);
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
  }

  /**
   * Cuts streams that are over although fal has not ended them, and ends watches that are too old.
   * To be called every second.
   */
  public void cutStaleStreams() {
    streams.cutStale();
    maxAge.ifPresent(
        age -> watches.listOlderThan(age).forEach(watch -> end(watch, WatchPolicy.onMaxAge(age))));
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
