// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.call.CallSignal;
import io.falconnect.fal.call.FalCall;
import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.sink.call.CallPolicy.Action;
import io.falconnect.sink.call.CallPolicy.Reaction;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.delivery.UncommittedInputs;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts inputs over HTTP calls: several at once, but of each key one at a time. Only the delivery
 * thread uses it.
 */
public final class CallTransport implements Transport<CallSignal> {
  private static final Logger LOG = LoggerFactory.getLogger(CallTransport.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration REST = Duration.ofMillis(500);

  private final CallLimits limits;
  private final CallPolicy policy;
  private final Function<Input, FalCall> caller;
  private final ResultOutput results;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private final KeyedQueue queue = new KeyedQueue();
  private final AccountAccess<InFlightInput> access;
  private final InputRefusals refusals;
  private final CallStarts starts;
  private final Map<FalCall, InFlightInput> calls = new HashMap<>();
  private final RateLimitedLog log;
  private boolean closing;

  /**
   * A transport without calls.
   *
   * @param caller posts an input; the signals of the call come back to {@link #onSignal}
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public CallTransport(
      CallLimits limits,
      CallPolicy policy,
      Function<Input, FalCall> caller,
      ResultOutput results,
      SinkMetrics metrics,
      LongSupplier nanoClock) {
    this.limits = limits;
    this.policy = policy;
    this.access =
        new AccountAccess<>(limits.tolerant(), limits.backoff(), limits.retryTimeout(), nanoClock);
    this.starts =
        new CallStarts(
            queue,
            access,
            new CallSlots(limits.maxInFlight()),
            new UncommittedInputs(policy.maxUncommitted()));
    this.refusals =
        new InputRefusals(queue, results, this::failRefused, metrics.refusals(), nanoClock);
    this.caller = caller;
    this.results = results;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  @Override
  public void add(InFlightInput input) {
    queue.add(input);
  }

  @Override
  public Duration proceed(boolean caughtUp) {
    starts.settleAccess(refusals);
    InFlightInput next = findNext();
    while (next != null) {
      start(next);
      next = findNext();
    }
    return queue.isEmpty() ? REST : TICK;
  }

  private InFlightInput findNext() {
    return closing ? null : starts.findNext(nanoClock.getAsLong());
  }

  private void start(InFlightInput next) {
    starts.onStart(next);
    if (next.attempts().isRetry()) {
      metrics.countRetry();
    }
    calls.put(caller.apply(next.input()), next);
  }

  /** Signals of calls that were cancelled, or have ended already, are ignored. */
  @Override
  public void onSignal(CallSignal signal) {
    InFlightInput input = calls.get(signal.call());
    if (input == null) {
      return;
    }
    if (signal instanceof CallSignal.Failed failed) {
      calls.remove(signal.call());
      onFailure(input, failed);
      return;
    }
    access.onAccepted(input);
    if (signal instanceof CallSignal.Event event) {
      input.publication().keepOutput(results, event.json(), event.readAt(), nanoClock.getAsLong());
    } else if (signal instanceof CallSignal.Opened) {
      input.attempts().onStreamOpened(nanoClock.getAsLong());
    } else {
      calls.remove(signal.call());
      onEnd(input, signal);
    }
  }

  private void onEnd(InFlightInput input, CallSignal signal) {
    if (signal instanceof CallSignal.Answered answered) {
      onAnswer(input, answered);
    } else {
      input.publication().publishKeptAsLast(results);
      queue.finish(input);
    }
  }

  private void onAnswer(InFlightInput input, CallSignal.Answered answered) {
    String problem = policy.checkAnswer(answered.json());
    if (problem == null) {
      input.publication().publish(results, answered.json(), true, answered.readAt());
      queue.finish(input);
    } else {
      metrics.countFailure(Cause.MALFORMED);
      failInput(input, "UNSOUND_ANSWER", problem, null);
    }
  }

  private void onFailure(InFlightInput input, CallSignal.Failed failed) {
    FalFailure failure = failed.failure();
    metrics.countFailure(failure.cause());
    if (input.isRevoked()) {
      starts.drop(input);
      return;
    }
    Reaction reaction = policy.react(failure, input.publication().frames());
    if (reaction.action() != Action.AWAIT_ACCESS) {
      access.onEnd(input);
    }
    switch (reaction.action()) {
      case RETRY -> retry(input, failed, false);
      case RETRY_AND_PAUSE -> retry(input, failed, true);
      case FAIL_INPUT -> failInput(input, failed.error(), failure.reason(), reaction.finality());
      case AWAIT_ACCESS -> awaitAccess(input, failure);
    }
  }

  private void awaitAccess(InFlightInput input, FalFailure failure) {
    access.onRefused(input, failure);
    starts.hold(input);
  }

  private void failRefused(InFlightInput input, FalFailure failure) {
    String type = failure.errorType();
    failInput(input, type == null ? "HTTP_" + failure.httpStatus() : type, failure.reason(), null);
  }

  /** Posts the input again later, unless it has been failing for too long. */
  private void retry(InFlightInput input, CallSignal.Failed failed, boolean pausesAll) {
    long now = nanoClock.getAsLong();
    FalFailure failure = failed.failure();
    long limit = limits.retryTimeout().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    long left = limit;
    if (failure.cause().isThrottle()) {
      input.attempts().onThrottled();
    } else {
      left -= input.attempts().addFailure(true, now, silentNanos(failure));
    }
    if (left <= 0) {
      String tooLong = "failing for more than " + limit / 1_000_000 + " ms, at last: ";
      failInput(input, failed.error(), tooLong + failure.reason(), null);
      return;
    }
    log.warn("Trying again: " + input + ": " + failure.reason());
    long retryAt = now + chooseWait(input, failure, left);
    starts.retryAt(input, retryAt, policy.keepsSlot(failure));
    if (pausesAll) {
      starts.pauseUntil(retryAt);
    }
  }

  private long silentNanos(FalFailure failure) {
    return failure.cause() == Cause.SILENT ? limits.idleTimeout().toNanos() : 0;
  }

  /** A wait that fal asked for is not shortened; another one ends with the retry timeout. */
  private long chooseWait(InFlightInput input, FalFailure failure, long left) {
    Backoff backoff = limits.backoff();
    Duration wait = backoff.after(input.attempts().failures(), failure.retryAfter());
    return failure.retryAfter() == null
        ? Math.min(wait.toNanos(), left)
        : backoff.spread(wait).toNanos();
  }

  /**
   * The input has failed for good.
   *
   * @param finality why no further attempt is made; null if the reason says so
   */
  private void failInput(InFlightInput input, String error, String reason, String finality) {
    if (input.isRevoked()) {
      starts.drop(input);
      return;
    }
    input.publication().publishKept(results);
    int frames = input.publication().frames();
    String published = frames == 1 ? "1 frame was" : frames + " frames were";
    String after = frames == 0 ? "" : ", after " + published + " published";
    String why = finality == null ? "" : ": " + finality;
    results.fail(input.publication(), error, reason + after + why);
    queue.finish(input);
  }

  @Override
  public void excludeTime(long nanos) {
    // The calls themselves notice silence.
    access.excludePause(Duration.ofNanos(nanos));
  }

  @Override
  public void onSettled(Input input) {
    starts.onSettled(input);
  }

  @Override
  public void onCommitted(Map<TopicPartition, Long> offsets) {
    starts.onCommitted(offsets);
  }

  @Override
  public boolean wantsCommit() {
    return starts.wantsCommit();
  }

  /**
   * Drops the revoked inputs. Their calls are cancelled if nothing is published of them; otherwise
   * they go on, and keep their slots until Kafka has the answers.
   */
  @Override
  public void onRevoked() {
    if (!policy.publishing().publishesRevoked()) {
      cancelRevoked();
      starts.releaseRevoked();
    }
    starts.dropRevoked();
  }

  private void cancelRevoked() {
    for (Map.Entry<FalCall, InFlightInput> call : List.copyOf(calls.entrySet())) {
      if (call.getValue().isRevoked()) {
        calls.remove(call.getKey());
        call.getKey().cancel();
        starts.drop(call.getValue());
      }
    }
  }

  @Override
  public TransportLoad load() {
    return new TransportLoad(calls.size(), starts.inFlight(), queue.size() - calls.size());
  }

  @Override
  public void close() {
    closing = true;
    calls.keySet().forEach(FalCall::cancel);
    calls.clear();
  }

  @Override
  public boolean isClosed() {
    return calls.isEmpty();
  }
}
