// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.Cause;
import io.falconnect.fal.RealtimeSession;
import io.falconnect.fal.RealtimeSignal;
import io.falconnect.fal.SessionEnd;
import io.falconnect.task.FailureLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import okio.ByteString;

/**
 * Inputs that share a session, and that session: one at a time, opened when there is something to
 * send. What was unanswered when a session ends is sent again, in order, on the next one. Owned by
 * the delivery thread; never waits.
 */
final class Lane {
  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration REST = Duration.ofMillis(500);

  private final LaneSettings settings;
  private final Supplier<RealtimeSession> opener;
  private final Results results;
  private final FailureLog log;
  private final SinkMetrics metrics;
  private final Deque<Turn> waiting = new ArrayDeque<>();
  private final InFlight inFlight;
  private final Completion completion;
  private final Openings openings;
  private RealtimeSession session;
  private State state = State.NONE;
  private long idleSince;
  private boolean everAnswered;

  private enum State {
    NONE,
    OPENING,
    OPEN,
    CLOSING
  }

  /**
   * A lane without a session.
   *
   * @param opener opens a session, whose signals are to come to {@link #take}
   */
  Lane(
      LaneSettings settings,
      Supplier<RealtimeSession> opener,
      Results results,
      FailureLog log,
      SinkMetrics metrics) {
    this.settings = settings;
    this.opener = opener;
    this.results = results;
    this.log = log;
    this.metrics = metrics;
    this.inFlight = new InFlight(settings.rule().mode(), settings.window(), settings.maxAttempts());
    this.completion = new Completion(settings.rule(), inFlight, results);
    this.openings = new Openings(settings, results, log, metrics);
  }

  void add(Pending pending) {
    waiting.add(new Turn(pending));
  }

  boolean closed() {
    return state == State.NONE;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** How many inputs are unanswered. */
  int inFlight() {
    return inFlight.size();
  }

  /** How many others there are. */
  int waiting() {
    return waiting.size();
  }

  /** Takes what its session said. What comes from one that is being closed is too late. */
  void take(RealtimeSignal signal, long now) {
    if (signal instanceof RealtimeSignal.Ended ended) {
      ended(ended.end(), now);
    } else if (state == State.CLOSING) {
      return;
    } else if (signal instanceof RealtimeSignal.Opened) {
      state = State.OPEN;
      idleSince = now;
    } else if (signal instanceof RealtimeSignal.Output output) {
      output(output, now);
    } else if (signal instanceof RealtimeSignal.Timings) {
      progress(completion.timings(now));
    } else if (signal instanceof RealtimeSignal.Garbled garbled) {
      metrics.failed(Cause.MALFORMED);
      log.warn(now, "A frame was passed over: " + garbled.reason());
    }
  }

  private void output(RealtimeSignal.Output output, long now) {
    everAnswered = true;
    idleSince = now;
    Turn turn = inFlight.answeredBy(output.json());
    if (turn == null) {
      metrics.strayFrame();
      log.warn(now, "A frame was passed over: it answers no input that is under way");
    } else {
      progress(completion.output(turn, output.json(), output.readAt(), now));
    }
  }

  private void progress(boolean done) {
    if (done) {
      openings.progress();
    }
  }

  /** Does what is due, and says how long it may be until the next time. */
  Duration proceed(long now, boolean caughtUp) {
    if (state == State.NONE) {
      if (!waiting.isEmpty() && openings.givesUp(waiting.peek(), now)) {
        waiting.remove();
      }
      if (!waiting.isEmpty() && openings.due(now)) {
        state = State.OPENING;
        openings.opens();
        session = opener.get();
      }
    } else if (state == State.OPEN) {
      progress(completion.quiet(now));
      progress(session.queuedBytes() == 0 && completion.sent(now));
      send(now);
      if (caughtUp) {
        overdue(now);
        idle(now);
      }
    }
    return waiting.isEmpty() && inFlight.isEmpty() ? REST : TICK;
  }

  private void send(long now) {
    while (!waiting.isEmpty() && inFlight.admits(waiting.peek())) {
      Turn turn = waiting.peek();
      ByteString payload = turn.pending.input.payload();
      if (payload.size() > RealtimeSession.MAX_PAYLOAD_BYTES) {
        waiting.remove();
        String most = RealtimeSession.MAX_PAYLOAD_BYTES + " bytes";
        results.failed(
            turn.pending, 0, "INPUT_TOO_LARGE", payload.size() + " bytes, and at most " + most);
      } else if (turn.pending.revoked()) {
        waiting.remove();
      } else if (session.send(payload)) {
        waiting.remove();
        inFlight.sent(turn, now);
        if (turn.isRetry()) {
          metrics.retry();
        }
      } else {
        return;
      }
    }
  }

  private void overdue(long now) {
    long limit = settings.resultTimeout().toNanos();
    if (!inFlight.isEmpty() && now - inFlight.headSince() >= limit) {
      String reason = "not answered within " + settings.resultTimeout().toMillis() + " ms";
      log.warn(now, "Trying again on another session: " + inFlight.head().pending + ": " + reason);
      takeBack(true, true, "TIMEOUT", hinted(reason));
      openings.over(Cause.TIMEOUT);
      openings.broken(reason, now);
      leave(reason);
    }
  }

  private void idle(long now) {
    if (!inFlight.isEmpty() || !waiting.isEmpty()) {
      idleSince = now;
    } else if (now - idleSince >= settings.sessionIdle().toNanos()) {
      openings.ended();
      leave("nothing to send");
    }
  }

  /** Ends the session; another is opened only when this one is over. */
  void leave(String reason) {
    if (state == State.OPENING || state == State.OPEN) {
      state = State.CLOSING;
      session.close(reason);
    }
  }

  private void ended(SessionEnd end, long now) {
    boolean expected = state == State.CLOSING;
    state = State.NONE;
    session = null;
    if (expected) {
      return;
    }
    openings.over(end.cause());
    if (end instanceof SessionEnd.NotOpened notOpened) {
      takeBack(false, false, null, null);
      openings.refused(notOpened.failure(), now);
    } else if (end instanceof SessionEnd.Unauthorized) {
      takeBack(false, false, null, null);
      openings.unauthorized(end.reason(), now);
    } else if (end instanceof SessionEnd.AppFailed failed) {
      broken(end, now);
      takeBack(true, true, failed.error(), hinted(end.reason()));
    } else if (end instanceof SessionEnd.Closed) {
      progress(completion.closed(now));
      closed(end, now);
    } else if (end instanceof SessionEnd.Lost) {
      lost(end, now);
    } else {
      broken(end, now);
      takeBack(false, false, null, null);
    }
  }

  /** An app may well close the session when it has answered: those sent after that can go again. */
  private void closed(SessionEnd end, long now) {
    if (openings.fruitful()) {
      openings.ended();
      takeBack(false, false, null, null);
    } else {
      metrics.failed(Cause.INCOMPLETE);
      lost(end, now);
    }
  }

  private void lost(SessionEnd end, long now) {
    broken(end, now);
    takeBack(true, false, "SESSION_LOST", hinted(end.reason()));
  }

  private void broken(SessionEnd end, long now) {
    if (inFlight.isEmpty() && waiting.isEmpty()) {
      openings.ended();
      return;
    }
    openings.broken(end.reason(), now);
    log.warn(
        now,
        "A session ended with " + inFlight.size() + " inputs unanswered: " + hinted(end.reason()));
  }

  /**
   * Puts what is unanswered back in front, to be sent again.
   *
   * @param blame whether an input failed: then it was the oldest
   * @param certain whether that is as good as known, even if others were under way
   */
  private void takeBack(boolean blame, boolean certain, String error, String reason) {
    boolean alone = inFlight.size() == 1;
    Turn head = inFlight.head();
    List<Turn> unanswered = inFlight.takeAll();
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      waiting.addFirst(unanswered.get(i));
    }
    if (!blame || head == null || head.pending.revoked()) {
      return;
    }
    unanswered.forEach(Turn::notFailing);
    head.failed(certain || alone);
    if (alone && head.spent(settings.maxAttempts())) {
      waiting.remove();
      results.failed(head.pending, head.frames(), error, reason);
    }
  }

  private String hinted(String reason) {
    boolean hint = !everAnswered && settings.firstFrameHint() != null;
    return hint ? reason + settings.firstFrameHint() : reason;
  }

  void heldBack(long now) {
    inFlight.heldBack(now);
  }

  /** Partitions were revoked: what was for them is not sent, and not waited for in vain. */
  void revoked(long now) {
    waiting.removeIf(turn -> turn.pending.revoked());
    if (waiting.isEmpty() && inFlight.allRevoked()) {
      inFlight.takeAll();
      openings.ended();
      leave("the inputs' partitions were revoked");
    }
  }
}
