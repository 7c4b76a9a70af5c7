// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.connect.FailureLog;
import io.falconnect.fal.call.CallSignal;
import io.falconnect.fal.call.FalCall;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inputs over HTTP calls: several at once, of each key one at a time. */
public final class CallTransport implements Transport<CallSignal> {
  private static final Logger LOG = LoggerFactory.getLogger(CallTransport.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration REST = Duration.ofMillis(500);

  private final CallSettings settings;
  private final Function<Input, FalCall> caller;
  private final ResultOutput results;
  private final SinkMetrics metrics;
  private final KeyedQueue queue;
  private final Map<FalCall, InFlightInput> calls = new HashMap<>();
  private final FailureLog log = new FailureLog(LOG, LOG_INTERVAL);
  private boolean closing;
  private boolean held;
  private long heldUntil;

  /**
   * Posts inputs.
   *
   * @param caller posts one, and has what the call says come to {@link #take}
   */
  public CallTransport(
      CallSettings settings,
      Function<Input, FalCall> caller,
      ResultOutput results,
      SinkMetrics metrics) {
    this.settings = settings;
    this.queue = new KeyedQueue(settings.maxAhead());
    this.caller = caller;
    this.results = results;
    this.metrics = metrics;
  }

  @Override
  public void add(InFlightInput input, long now) {
    queue.add(input);
  }

  @Override
  public Duration proceed(long now, boolean caughtUp) {
    held = held && now - heldUntil < 0;
    InFlightInput next;
    while (mayBegin() && (next = queue.next(now)) != null) {
      next.startAttempt();
      if (next.attempts().isRetry()) {
        metrics.retry();
      }
      calls.put(caller.apply(next.input()), next);
    }
    return queue.isEmpty() ? REST : TICK;
  }

  private boolean mayBegin() {
    return !closing && !held && calls.size() < settings.maxInFlight();
  }

  @Override
  public void take(CallSignal signal, long now) {
    if (signal instanceof CallSignal.Event event) {
      InFlightInput input = calls.get(event.call());
      if (input != null) {
        input.publication().keepOutput(results, event.json(), event.readAt(), now);
      }
      return;
    }
    if (signal instanceof CallSignal.Opened opened) {
      InFlightInput input = calls.get(opened.call());
      if (input != null) {
        input.attempts().onStreamOpened(now);
      }
      return;
    }
    InFlightInput input = calls.remove(signal.call());
    if (input == null) {
      return;
    }
    if (signal instanceof CallSignal.Answered answered) {
      answered(input, answered);
    } else if (signal instanceof CallSignal.Failed failed) {
      failed(input, failed, now);
    } else if (input.publication().hasKeptOutput()) {
      input.publication().publishKeptAsLast(results);
      queue.finished(input);
    } else {
      FalFailure nothing =
          new FalFailure(Whose.UNKNOWN, Cause.INCOMPLETE, "the stream ended without an event");
      failed(input, new CallSignal.Failed(signal.call(), nothing, "NO_OUTPUT"), now);
    }
  }

  private void answered(InFlightInput input, CallSignal.Answered answered) {
    String flaw = settings.flaw().apply(answered.json());
    if (flaw == null) {
      input.publication().publish(results, answered.json(), true, answered.readAt());
      queue.finished(input);
    } else {
      metrics.failed(Cause.MALFORMED);
      giveUp(input, "UNSOUND_ANSWER", flaw, null);
    }
  }

  private void failed(InFlightInput input, CallSignal.Failed failed, long now) {
    FalFailure failure = failed.failure();
    metrics.failed(failure.cause());
    if (input.isRevoked()) {
      queue.finished(input);
      return;
    }
    switch (failure.whose()) {
      case ACCOUNT -> refused(input, failed);
      case REQUEST_FOR_GOOD -> giveUp(input, failed.error(), failure.reason(), null);
      case NOBODY, REQUEST_FOR_NOW, UNKNOWN -> retry(input, failed, now);
    }
  }

  private void refused(InFlightInput input, CallSignal.Failed failed) {
    String reason = failed.failure().reason();
    if (settings.tolerant()) {
      giveUp(input, failed.error(), reason, null);
    } else {
      String help = "No input is lost: correct the configuration and restart the task.";
      String refusal = "fal refused " + input + ": " + reason;
      results.failTask(new ConnectException(refusal + ". " + help));
    }
  }

  private void retry(InFlightInput input, CallSignal.Failed failed, long now) {
    FalFailure failure = failed.failure();
    String obstacle = settings.obstacle().apply(input, failed);
    if (obstacle != null) {
      giveUp(input, failed.error(), failure.reason(), obstacle);
      return;
    }
    long limit = settings.retryTimeout().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    long left = limit - input.attempts().addFailure(true, now, silence(failure));
    if (left <= 0) {
      String tooLong = "failing for more than " + limit / 1_000_000 + " ms, at last: ";
      giveUp(input, failed.error(), tooLong + failure.reason(), null);
      return;
    }
    log.warn(now, "Trying again: " + input + ": " + failure.reason());
    long at = now + wait(input, failure, left);
    queue.again(input, at);
    if (failure.whose() == Whose.NOBODY) {
      hold(at);
    }
  }

  private long silence(FalFailure failure) {
    return failure.cause() == Cause.SILENT ? settings.idleTimeout().toNanos() : 0;
  }

  /** What fal asks for is not shortened; of what is this side's choice no more than there is. */
  private long wait(InFlightInput input, FalFailure failure, long left) {
    long wait =
        settings.backoff().after(input.attempts().failures(), failure.retryAfter()).toNanos();
    return failure.retryAfter() == null ? Math.min(wait, left) : wait;
  }

  /**
   * fal takes nothing now: others would fare no better, and what fal did take of them would be
   * ahead of the offset that can be committed, to be done again after a crash.
   */
  private void hold(long until) {
    heldUntil = held && heldUntil - until > 0 ? heldUntil : until;
    held = true;
  }

  /** The input has failed, with a reason and, where that is not enough, why it is final. */
  private void giveUp(InFlightInput input, String error, String reason, String obstacle) {
    input.publication().publishKept(results);
    int frames = input.publication().frames();
    String published = frames == 1 ? "1 frame was" : frames + " frames were";
    String after = frames == 0 ? "" : ", after " + published + " published";
    String why = obstacle == null ? "" : ": " + obstacle;
    results.fail(input.publication(), error, reason + after + why);
    queue.finished(input);
  }

  @Override
  public void heldBack(long nanos) {
    // Nothing is timed here: silence is noticed by the calls themselves.
  }

  /** Calls of revoked inputs are left to end: ending them would not spare fal the work. */
  @Override
  public void revoked(long now) {
    queue.revoked();
  }

  @Override
  public Load load() {
    return new Load(calls.size(), calls.size(), queue.size() - calls.size());
  }

  @Override
  public void close() {
    closing = true;
    calls.keySet().forEach(FalCall::cancel);
    calls.clear();
  }

  @Override
  public boolean closed() {
    return calls.isEmpty();
  }
}
