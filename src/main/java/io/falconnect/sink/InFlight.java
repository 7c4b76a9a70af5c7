// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The unanswered inputs of one session, in the order in which they were sent, and which of them an
 * output answers. No I/O and no clock: nano times are arguments.
 *
 * <p>An output that echoes a request id answers the input of that id, or none. One without an id
 * answers the oldest input, for the order is the only tie there is then; but not where the session
 * has shown that its app echoes ids.
 */
final class InFlight {
  private static final int REMEMBERED = 128;

  private final CompletionRule.Mode mode;
  private final int window;
  private final int maxAttempts;
  private final Deque<Turn> unanswered = new ArrayDeque<>();
  private final Map<String, Turn> sent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Turn> eldest) {
          return size() > REMEMBERED;
        }
      };
  private Turn lastSent;
  private Turn lastAnswered;
  private boolean echoes;
  private long headSince;

  InFlight(CompletionRule.Mode mode, int window, int maxAttempts) {
    this.mode = mode;
    this.window = window;
    this.maxAttempts = maxAttempts;
  }

  /**
   * Whether this input may be sent now: within the window, and alone where it or the one that is
   * under way is a suspect.
   */
  boolean admits(Turn next) {
    if (unanswered.isEmpty()) {
      return true;
    }
    return unanswered.size() < window()
        && !next.suspect(maxAttempts)
        && !unanswered.peek().suspect(maxAttempts);
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
  void sent(Turn turn, long now) {
    if (unanswered.isEmpty()) {
      headSince = now;
    }
    turn.begins();
    unanswered.add(turn);
    lastSent = turn;
    if (mode == CompletionRule.Mode.SENT) {
      sent.put(turn.requestId(), turn);
    }
  }

  /** Whose an output is, or null where it is nobody's. */
  Turn answeredBy(JsonNode output) {
    JsonNode id = output.path("request_id");
    Turn turn = id.isValueNode() && !id.isNull() ? withId(id.asText()) : inOrder();
    lastAnswered = turn;
    return turn;
  }

  private Turn withId(String id) {
    Turn found = sent.get(id);
    for (Turn turn : unanswered) {
      if (turn.requestId().equals(id)) {
        found = turn;
        break;
      }
    }
    echoes |= found != null;
    return found;
  }

  private Turn inOrder() {
    if (echoes) {
      return null;
    }
    return mode == CompletionRule.Mode.SENT ? lastSent : unanswered.peek();
  }

  /** The input that the last output was of, if it is not answered yet; else null. */
  Turn lastAnswered() {
    return lastAnswered != null && unanswered.contains(lastAnswered) ? lastAnswered : null;
  }

  /** An input is answered. */
  void finished(Turn turn, long now) {
    boolean head = unanswered.peek() == turn;
    unanswered.remove(turn);
    if (head) {
      headSince = now;
    }
  }

  /** The oldest, which is the one being worked on wherever inputs are answered in order. */
  Turn head() {
    return unanswered.peek();
  }

  /** Since when the head is the head: nano time. */
  long headSince() {
    return headSince;
  }

  /** The time until now does not count. */
  void heldBack(long now) {
    headSince = now;
    unanswered.forEach(turn -> turn.heldBack(now));
  }

  /** Those that are unanswered, oldest first. */
  List<Turn> list() {
    return new ArrayList<>(unanswered);
  }

  int size() {
    return unanswered.size();
  }

  boolean isEmpty() {
    return unanswered.isEmpty();
  }

  /** Whether everything in it belongs to partitions that were revoked. */
  boolean allRevoked() {
    return unanswered.stream().allMatch(turn -> turn.pending.revoked());
  }

  /** Takes everything out, oldest first, less what was revoked: the session is over. */
  List<Turn> takeAll() {
    List<Turn> all = new ArrayList<>();
    for (Iterator<Turn> turns = unanswered.iterator(); turns.hasNext(); turns.remove()) {
      Turn turn = turns.next();
      if (!turn.pending.revoked()) {
        all.add(turn);
      }
    }
    sent.clear();
    lastSent = null;
    lastAnswered = null;
    echoes = false;
    return all;
  }
}
