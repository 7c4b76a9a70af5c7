// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.delivery.InFlightInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The unanswered inputs of one session, in the order in which they were sent. Tells which of them
 * an output answers, and whether another input may be sent. Only the delivery thread uses it.
 *
 * <p>An output with the request id of an input answers that input. An output with another id
 * answers none. An output without an id answers the oldest input, because then the order is the
 * only tie between inputs and outputs; but it answers none if the app has shown that it echoes ids.
 */
final class UnansweredInputs {
  /** How many finished inputs are remembered for late outputs, in the mode {@code SENT}. */
  private static final int MAX_REMEMBERED = 10_000;

  private final CompletionRule.Mode mode;
  private final SessionWindow window;
  private final boolean idsAreSent;
  private final int maxAttempts;
  private final LongSupplier nanoClock;
  private final Map<String, InFlightInput> unanswered = new LinkedHashMap<>();
  private final Map<String, InFlightInput> remembered =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InFlightInput> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private InFlightInput lastSent;
  private boolean appEchoesIds;
  private boolean sawOutputWithoutId;
  private long oldestSince;
  private long sentBytes;

  /**
   * No inputs.
   *
   * @param window the most unanswered inputs on the session
   * @param idsAreSent whether every input is sent with its request id
   * @param maxAttempts after so many failures an input is given up
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  UnansweredInputs(
      CompletionRule.Mode mode,
      SessionWindow window,
      boolean idsAreSent,
      int maxAttempts,
      LongSupplier nanoClock) {
    this.mode = mode;
    this.window = window;
    this.idsAreSent = idsAreSent;
    this.maxAttempts = maxAttempts;
    this.nanoClock = nanoClock;
  }

  /**
   * Whether this input may be sent now. The window must have room. An input that is close to its
   * last attempt is alone on the session. Of two inputs with the same id the second one waits,
   * because nothing would tell their outputs apart.
   */
  boolean canSend(InFlightInput next) {
    if (unanswered.isEmpty()) {
      return true;
    }
    return unanswered.size() < windowSize()
        && !unanswered.containsKey(next.requestId())
        && !next.attempts().needsOwnSession(maxAttempts)
        && !oldest().attempts().needsOwnSession(maxAttempts);
  }

  /** How many inputs may be in flight on this session at this moment. */
  int windowSize() {
    return appEchoesIds ? window.withIds() : window.withoutIds();
  }

  /** An input was sent on the session. */
  void onSent(InFlightInput input) {
    if (unanswered.isEmpty()) {
      oldestSince = nanoClock.getAsLong();
    }
    input.startAttempt();
    sentBytes += input.payload().size();
    input.attempts().markSent(sentBytes);
    unanswered.put(input.requestId(), input);
    lastSent = input;
  }

  /** Finds the input that an output answers; null if it answers none. */
  InFlightInput findAnswered(JsonNode output) {
    String id = echoedId(output);
    return id == null ? findByOrder() : findById(id);
  }

  /** The request id in an output, or null. An app that got no id may echo an empty text. */
  private static String echoedId(JsonNode output) {
    JsonNode id = output.path("request_id");
    boolean present = id.isValueNode() && !id.isNull() && !id.asText().isBlank();
    return present ? id.asText() : null;
  }

  private InFlightInput findById(String id) {
    InFlightInput input = unanswered.get(id);
    InFlightInput found = input == null ? remembered.get(id) : input;
    appEchoesIds |= found != null;
    // The id may be one that the app has made, because it was not given any.
    return found == null && !idsAreSent && !appEchoesIds ? findByOrder() : found;
  }

  private InFlightInput findByOrder() {
    if (appEchoesIds) {
      sawOutputWithoutId = true;
      return null;
    }
    return mode == CompletionRule.Mode.SENT ? lastSent : oldest();
  }

  /** An input is finished. In the mode {@code SENT} it is remembered for late outputs. */
  void onFinished(InFlightInput input) {
    boolean wasOldest = oldest() == input;
    unanswered.remove(input.requestId(), input);
    if (wasOldest) {
      oldestSince = nanoClock.getAsLong();
    }
    if (mode == CompletionRule.Mode.SENT) {
      InFlightInput late = input.forLateOutputs();
      remembered.put(late.requestId(), late);
      lastSent = lastSent == input ? late : lastSent;
    }
  }

  /** The oldest unanswered input, or null. Apps that answer in order are working on it. */
  InFlightInput oldest() {
    return unanswered.isEmpty() ? null : unanswered.values().iterator().next();
  }

  /** From now on the oldest and the newest input are each sent alone on a session. */
  void isolateSuspects() {
    List<InFlightInput> inputs = toList();
    if (!inputs.isEmpty()) {
      inputs.get(0).attempts().isolate();
      inputs.get(inputs.size() - 1).attempts().isolate();
    }
  }

  /**
   * The oldest unanswered input, if it was written to the connection; else null.
   *
   * @param queuedBytes how many of the sent bytes were not written yet
   */
  InFlightInput oldestIfWritten(long queuedBytes) {
    InFlightInput oldest = oldest();
    boolean written = oldest != null && oldest.attempts().sentBytes() <= sentBytes - queuedBytes;
    return written ? oldest : null;
  }

  /** How long the oldest input has been the oldest one of this session: nanoseconds, 0 if none. */
  long oldestWait() {
    return unanswered.isEmpty() ? 0 : nanoClock.getAsLong() - oldestSince;
  }

  /** The same, with its time as the oldest input of earlier sessions since it last failed. */
  long oldestWaitInAll() {
    return unanswered.isEmpty() ? 0 : oldest().attempts().headWait() + oldestWait();
  }

  /**
   * Whether only the order ties the next output to an input, so that a frame that cannot be decoded
   * breaks the tie. In the mode {@code SENT} no input waits for an output.
   */
  boolean dependsOnOrder() {
    return !appEchoesIds && !unanswered.isEmpty() && mode != CompletionRule.Mode.SENT;
  }

  /**
   * The oldest input was not answered in time. If outputs without an id have come, the app may have
   * stopped to echo ids: from now on the order counts again.
   */
  void onOverdue() {
    appEchoesIds &= !sawOutputWithoutId;
  }

  /**
   * Whether outputs of inputs that are finished already may still come: in the mode {@code SENT},
   * once an input was sent on this session.
   */
  boolean mayHaveLateOutputs() {
    return mode == CompletionRule.Mode.SENT && lastSent != null;
  }

  /** Leaves a time out of all waiting times, because nothing could be read in it: nanoseconds. */
  void excludeTime(long nanos) {
    oldestSince += nanos;
    unanswered.values().forEach(input -> input.publication().shiftKeptAt(nanos));
  }

  /** Whether an input was sent on this session. */
  boolean hasSent() {
    return lastSent != null;
  }

  /** The unanswered inputs, oldest first: a copy. */
  List<InFlightInput> toList() {
    return new ArrayList<>(unanswered.values());
  }

  int size() {
    return unanswered.size();
  }

  boolean isEmpty() {
    return unanswered.isEmpty();
  }

  /** Whether every unanswered input is of a partition that was taken away from this task. */
  boolean areAllRevoked() {
    return unanswered.values().stream().allMatch(InFlightInput::isRevoked);
  }

  /**
   * Removes all inputs, because the session is over. What is known about ids stays.
   *
   * @return those whose partitions are still here, oldest first
   */
  List<InFlightInput> removeAll() {
    if (!unanswered.isEmpty()) {
      oldest().attempts().addHeadWait(oldestWait());
    }
    List<InFlightInput> kept =
        unanswered.values().stream().filter(input -> !input.isRevoked()).toList();
    unanswered.clear();
    remembered.clear();
    lastSent = null;
    sawOutputWithoutId = false;
    return kept;
  }
}
