// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.realtime.RealtimeSession;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.ResultOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import okio.ByteString;

/**
 * The inputs of a lane in their order: those that wait behind those that are in flight, and which
 * of them have failed. Knows no clock: nano times are arguments.
 */
final class SessionQueue {
  private final UnansweredInputs inFlight;
  private final RealtimeConfig settings;
  private final ResultOutput results;
  private final SinkMetrics metrics;
  private final Deque<InFlightInput> waiting = new ArrayDeque<>();

  SessionQueue(
      UnansweredInputs inFlight,
      RealtimeConfig settings,
      ResultOutput results,
      SinkMetrics metrics) {
    this.inFlight = inFlight;
    this.settings = settings;
    this.results = results;
    this.metrics = metrics;
  }

  void add(InFlightInput input) {
    waiting.add(input);
  }

  /** How many wait. */
  int waiting() {
    return waiting.size();
  }

  /** Whether there is nothing to do. */
  boolean isEmpty() {
    return waiting.isEmpty() && inFlight.isEmpty();
  }

  /**
   * Sends as many of those that wait as may be in flight.
   *
   * @param session sends one, or says that it cannot take it now
   */
  void send(Predicate<ByteString> session, long now) {
    InFlightInput next = waiting.peek();
    while (next != null && inFlight.admits(next) && begins(next, session, now)) {
      next = waiting.peek();
    }
  }

  /** Whether it waits no more. */
  private boolean begins(InFlightInput next, Predicate<ByteString> session, long now) {
    ByteString payload = next.payload();
    if (payload.size() > RealtimeSession.MAX_PAYLOAD_BYTES) {
      waiting.remove();
      String most = RealtimeSession.MAX_PAYLOAD_BYTES + " bytes";
      fail(next, "INPUT_TOO_LARGE", payload.size() + " bytes, and at most " + most);
    } else if (next.isRevoked()) {
      waiting.remove();
    } else if (session.test(payload)) {
      waiting.remove();
      inFlight.sent(next, now);
      if (next.attempts().isRetry()) {
        metrics.retry();
      }
    } else {
      return false;
    }
    return true;
  }

  /** The session is over, by no input's fault: what is unanswered is to be sent again. */
  void takeBack(long now) {
    List<InFlightInput> unanswered = inFlight.takeAll(now);
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      waiting.addFirst(unanswered.get(i));
    }
  }

  /**
   * The session is over, and the oldest input has failed.
   *
   * @param certain whether that is as good as known, even if others were under way
   * @param error why, if that is the end of it
   * @return whether there was one
   */
  boolean takeBackFailed(boolean certain, String error, String reason, long now) {
    boolean alone = inFlight.size() == 1;
    InFlightInput head = inFlight.head();
    takeBack(now);
    if (head == null || head.isRevoked()) {
      return false;
    }
    long failingFor = head.attempts().addFailure(certain || alone, now, 0);
    if (settings.retryTimeout().filter(limit -> failingFor >= limit.toNanos()).isPresent()) {
      head.attempts().onRetryTimeout();
    }
    if (alone && head.attempts().isExhausted(settings.maxAttempts())) {
      waiting.remove();
      fail(head, error, reason);
    }
    return true;
  }

  /** Fails those that wait, from the oldest on, for as long as they are such. */
  void failWhile(Predicate<InFlightInput> such, String error, String reason) {
    while (!waiting.isEmpty() && such.test(waiting.peek())) {
      fail(waiting.remove(), error, reason);
    }
  }

  private void fail(InFlightInput input, String error, String reason) {
    results.fail(input.publication(), error, reason);
  }

  /** Forgets those that wait and were revoked. */
  void forgetRevoked() {
    waiting.removeIf(InFlightInput::isRevoked);
  }
}
