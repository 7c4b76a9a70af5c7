// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.realtime.RealtimeSession;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.ResultOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import okio.ByteString;

/** The inputs of a lane that are to be sent, in their order. Only the delivery thread uses it. */
final class SessionQueue {
  private final UnansweredInputs unanswered;
  private final StartLimit limit;
  private final Consumer<InFlightInput> encoder;
  private final ResultOutput results;
  private final SinkMetrics metrics;
  private final Deque<InFlightInput> waiting = new ArrayDeque<>();

  /**
   * No inputs.
   *
   * @param unanswered takes the inputs that were sent
   * @param limit how many inputs may be sent while Kafka acknowledges nothing
   * @param encoder sees to it that an input has the encoding of the session
   */
  SessionQueue(
      UnansweredInputs unanswered,
      StartLimit limit,
      Consumer<InFlightInput> encoder,
      ResultOutput results,
      SinkMetrics metrics) {
    this.encoder = encoder;
    this.unanswered = unanswered;
    this.limit = limit;
    this.results = results;
    this.metrics = metrics;
  }

  void add(InFlightInput input) {
    waiting.add(input);
  }

  /** How many inputs are to be sent. */
  int size() {
    return waiting.size();
  }

  /** The first input, or null. */
  InFlightInput first() {
    return waiting.peek();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Sends as many inputs as may be in flight.
   *
   * @param session sends one payload; returns false if it cannot take it now
   */
  void sendTo(Predicate<ByteString> session) {
    InFlightInput next = waiting.peek();
    while (next != null && canSend(next) && sendNext(next, session)) {
      next = waiting.peek();
    }
  }

  private boolean canSend(InFlightInput next) {
    return unanswered.canSend(next) && limit.mayStart(next, unanswered);
  }

  /** Whether the input has left the queue: it was sent, has failed, or was revoked. */
  private boolean sendNext(InFlightInput next, Predicate<ByteString> session) {
    encoder.accept(next);
    ByteString payload = next.payload();
    if (payload.size() > RealtimeSession.MAX_PAYLOAD_BYTES) {
      String most = RealtimeSession.MAX_PAYLOAD_BYTES + " bytes";
      failFirst("INPUT_TOO_LARGE", payload.size() + " bytes, and at most " + most);
    } else if (next.isRevoked()) {
      waiting.remove();
    } else if (session.test(payload)) {
      waiting.remove();
      unanswered.onSent(next);
      limit.onSent(next);
      if (next.attempts().isRetry()) {
        metrics.countRetry();
      }
    } else {
      return false;
    }
    return true;
  }

  /** Takes the unanswered inputs back, to be sent again in the same order before all others. */
  void requeueUnanswered() {
    List<InFlightInput> inputs = unanswered.removeAll();
    for (int i = inputs.size() - 1; i >= 0; i--) {
      waiting.addFirst(inputs.get(i));
    }
  }

  /** Fails the first input for good. */
  void failFirst(String error, String reason) {
    results.fail(waiting.remove().publication(), error, reason);
  }

  /** Fails inputs for good: from the first one up to one that does not meet the condition. */
  void failWhile(Predicate<InFlightInput> condition, String error, String reason) {
    while (!waiting.isEmpty() && condition.test(waiting.peek())) {
      failFirst(error, reason);
    }
  }

  /** Removes the inputs whose partitions were taken away from this task. */
  void removeRevoked() {
    waiting.removeIf(InFlightInput::isRevoked);
  }
}
