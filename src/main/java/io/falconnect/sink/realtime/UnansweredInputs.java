// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.delivery.InFlightInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The unanswered inputs of one session, in the order in which they were sent, and which of them an
 * output answers. No I/O and no clock: nano times are arguments.
 *
 * <p>An output that echoes a request id answers the input of that id, or none. One without an id
 * answers the oldest input, for the order is the only tie there is then; but not where the app has
 * shown that it echoes ids.
 */
final class UnansweredInputs {
  /** Of those that were done when they were sent: outputs of theirs still come. */
  private static final int REMEMBERED = 10_000;

  private final CompletionRule.Mode mode;
  private final int window;
  private final int maxAttempts;
  private final Map<String, InFlightInput> unanswered = new LinkedHashMap<>();
  private final Map<String, InFlightInput> sent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InFlightInput> eldest) {
          return size() > REMEMBERED;
        }
      };
  private InFlightInput lastSent;
  private InFlightInput lastAnswered;
  private boolean echoes;
  private boolean anonymous;
  private long headSince;
  private long handed;

  UnansweredInputs(CompletionRule.Mode mode, int window, int maxAttempts) {
    this.mode = mode;
    this.window = window;
    this.maxAttempts = maxAttempts;
  }

  /**
   * Whether this input may be sent now: within the window, alone where it or the one that is under
   * way is a suspect, and behind one of the same id, because nothing would tell their outputs
   * apart.
   */
  boolean admits(InFlightInput next) {
    if (unanswered.isEmpty()) {
      return true;
    }
    return unanswered.size() < window()
        && !unanswered.containsKey(next.requestId())
        && !next.attempts().needsOwnSession(maxAttempts)
        && !head().attempts().needsOwnSession(maxAttempts);
  }

  private int window() {
    return switch (mode) {
      // Without ids nothing tells whose a further frame is, unless there is one it can be of.
      case QUIET -> echoes ? window : 1;
      // Nothing is waited for but the wire.
      case SENT -> Integer.MAX_VALUE;
      default -> window;
    };
  }

  /** An input has been sent. */
  void sent(InFlightInput input, long now) {
    if (unanswered.isEmpty()) {
      headSince = now;
    }
    input.startAttempt();
    handed += input.payload().size();
    input.attempts().markSent(handed);
    unanswered.put(input.requestId(), input);
    lastSent = input;
  }

  /** Whose an output is, or null where it is nobody's. */
  InFlightInput answeredBy(JsonNode output) {
    String id = echoed(output);
    InFlightInput input = id == null ? inOrder() : withId(id);
    lastAnswered = input;
    return input;
  }

  /** Null where there is none; an app that was given none may say so with an empty text. */
  private static String echoed(JsonNode output) {
    JsonNode id = output.path("request_id");
    boolean present = id.isValueNode() && !id.isNull() && !id.asText().isBlank();
    return present ? id.asText() : null;
  }

  private InFlightInput withId(String id) {
    InFlightInput input = unanswered.get(id);
    InFlightInput found = input == null ? sent.get(id) : input;
    echoes |= found != null;
    return found;
  }

  private InFlightInput inOrder() {
    if (echoes) {
      anonymous = true;
      return null;
    }
    return mode == CompletionRule.Mode.SENT ? lastSent : head();
  }

  /** The input that the last output was of, if it is not answered yet; else null. */
  InFlightInput lastAnswered() {
    boolean open = lastAnswered != null && unanswered.get(lastAnswered.requestId()) == lastAnswered;
    return open ? lastAnswered : null;
  }

  /** An input is answered. */
  void finished(InFlightInput input, long now) {
    boolean head = head() == input;
    unanswered.remove(input.requestId(), input);
    if (head) {
      headSince = now;
    }
    if (mode == CompletionRule.Mode.SENT) {
      InFlightInput done = input.forLateOutputs();
      sent.put(done.requestId(), done);
      lastSent = lastSent == input ? done : lastSent;
    }
  }

  /** The oldest, which is the one being worked on wherever inputs are answered in order. */
  InFlightInput head() {
    return unanswered.isEmpty() ? null : unanswered.values().iterator().next();
  }

  /** The head, if it has left this machine where so many bytes have not; else null. */
  InFlightInput written(long queuedBytes) {
    InFlightInput head = head();
    return head != null && head.attempts().sentBytes() <= handed - queuedBytes ? head : null;
  }

  /** For how long the head has been the head of this session, in nanoseconds; 0 without one. */
  long headFor(long now) {
    return unanswered.isEmpty() ? 0 : now - headSince;
  }

  /**
   * Whether only the order tells whose the next output is: then none of them may be missed. One
   * that is done when it is sent misses nothing.
   */
  boolean countsOnOrder() {
    return !echoes && !unanswered.isEmpty() && mode != CompletionRule.Mode.SENT;
  }

  /**
   * An input was not answered in time. Where outputs without an id came, the app may not echo ids
   * any more: then the order counts again.
   */
  void overdue() {
    echoes &= !anonymous;
  }

  /** Whether anything was sent on this session. */
  boolean used() {
    return lastSent != null;
  }

  /** Nobody took what came for so long, in nanoseconds: that time does not count. */
  void heldBack(long nanos) {
    headSince += nanos;
    unanswered.values().forEach(input -> input.publication().shiftKeptAt(nanos));
  }

  /** Those that are unanswered, oldest first. */
  List<InFlightInput> list() {
    return new ArrayList<>(unanswered.values());
  }

  int size() {
    return unanswered.size();
  }

  boolean isEmpty() {
    return unanswered.isEmpty();
  }

  /** Whether everything in it belongs to partitions that were revoked. */
  boolean allRevoked() {
    return unanswered.values().stream().allMatch(InFlightInput::isRevoked);
  }

  /** Takes everything out, oldest first, less what was revoked: the session is over. */
  List<InFlightInput> takeAll(long now) {
    if (!unanswered.isEmpty()) {
      head().attempts().addHeadWait(headFor(now));
    }
    List<InFlightInput> all =
        unanswered.values().stream().filter(input -> !input.isRevoked()).toList();
    unanswered.clear();
    sent.clear();
    lastSent = null;
    lastAnswered = null;
    anonymous = false;
    return all;
  }
}
