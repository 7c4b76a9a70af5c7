// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.FailureLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.realtime.RealtimeSession;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.fal.realtime.SessionEnd.How;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Inputs that share a session, and that session: one at a time, opened when there is something to
 * send. What was unanswered when a session ends is sent again, in order, on the next one. Owned by
 * the delivery thread; never waits.
 */
final class SessionLane {
  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration REST = Duration.ofMillis(500);

  /** A session that ends sooner than this after an input was sent has served nobody. */
  private static final Duration STEADY = Duration.ofSeconds(1);

  private final RealtimeConfig settings;
  private final Supplier<RealtimeSession> opener;
  private final ResultOutput results;
  private final FailureLog log;
  private final SinkMetrics metrics;
  private final UnansweredInputs inFlight;
  private final SessionQueue inputs;
  private final Completion completion;
  private final SessionOpener openings;
  private RealtimeSession session;
  private State state = State.NONE;
  private long openedAt;
  private long idleSince;
  private boolean everAnswered;

  /** Whether all that it was sent is of partitions that others have now. */
  private boolean abandoned;

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
  SessionLane(
      RealtimeConfig settings,
      Supplier<RealtimeSession> opener,
      ResultOutput results,
      FailureLog log,
      SinkMetrics metrics) {
    this.settings = settings;
    this.opener = opener;
    this.results = results;
    this.log = log;
    this.metrics = metrics;
    this.inFlight =
        new UnansweredInputs(settings.rule().mode(), settings.window(), settings.maxAttempts());
    this.inputs = new SessionQueue(inFlight, settings, results, metrics);
    this.completion = new Completion(settings.rule(), inFlight, results);
    this.openings = new SessionOpener(settings, inputs, results, log, metrics);
  }

  void add(InFlightInput input) {
    abandoned = false;
    inputs.add(input);
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
    return inputs.waiting();
  }

  /** Takes what its session said. What comes from one that is being closed is too late. */
  void take(RealtimeSignal signal, long now) {
    if (signal instanceof RealtimeSignal.Ended ended) {
      ended(ended.end(), now);
    } else if (state == State.CLOSING) {
      return;
    } else if (signal instanceof RealtimeSignal.Opened) {
      state = State.OPEN;
      openedAt = now;
      idleSince = now;
    } else if (signal instanceof RealtimeSignal.Output output) {
      output(output, now);
    } else if (signal instanceof RealtimeSignal.Timings) {
      progress(completion.timings(now));
    } else if (signal instanceof RealtimeSignal.Undecodable undecodable) {
      garbled(undecodable.reason(), now);
    }
  }

  private void garbled(String reason, long now) {
    everAnswered = true;
    if (inFlight.countsOnOrder()) {
      failed(Cause.MALFORMED, "MALFORMED", "its output cannot be decoded: " + reason, now);
    } else {
      metrics.failed(Cause.MALFORMED);
      log.warn(now, "A frame was passed over: " + reason);
    }
  }

  private void output(RealtimeSignal.Output output, long now) {
    everAnswered = true;
    idleSince = abandoned ? idleSince : now;
    InFlightInput input = inFlight.answeredBy(output.json());
    if (input == null) {
      metrics.strayFrame();
      log.warn(now, "A frame was passed over: it answers no input that is under way");
    } else {
      boolean done = completion.output(input, output.json(), output.readAt(), now);
      // What is done when it is sent has nothing else to tell that the app takes it.
      progress(done || sendsOnly());
    }
  }

  private boolean sendsOnly() {
    return settings.rule().mode() == CompletionRule.Mode.SENT;
  }

  /** Whether inputs that are done may have outputs all the same. */
  private boolean outputsMayCome() {
    return sendsOnly() && inFlight.used();
  }

  private void progress(boolean done) {
    if (done) {
      openings.progress();
    }
  }

  /** Does what is due, and says how long it may be until the next time. */
  Duration proceed(long now, boolean caughtUp) {
    if (state == State.NONE) {
      openings.giveUp(now);
      if (inputs.waiting() > 0 && openings.due(now)) {
        state = State.OPENING;
        openings.opens();
        session = opener.get();
      }
    } else if (state == State.OPEN) {
      // In this order: of a session that is over nobody knows what has left.
      long queued = session.queuedBytes();
      if (!session.isOver()) {
        completion.sent(queued, now);
      }
      inputs.send(session::send, now);
      if (caughtUp) {
        progress(completion.quiet(now));
        steady(now);
        overdue(now);
        idle(now);
      }
    }
    return inputs.isEmpty() ? REST : TICK;
  }

  private void steady(long now) {
    if (outputsMayCome() && now - openedAt >= settings.resultTimeout().toNanos()) {
      openings.progress();
    } else if (inFlight.headFor(now) >= STEADY.toNanos()) {
      openings.served();
    }
  }

  private void overdue(long now) {
    InFlightInput head = inFlight.head();
    long limit = settings.resultTimeout().toNanos();
    if (head != null && head.attempts().headWait() + inFlight.headFor(now) >= limit) {
      inFlight.overdue();
      String reason = "not answered within " + settings.resultTimeout().toMillis() + " ms";
      failed(Cause.TIMEOUT, "TIMEOUT", reason, now);
    }
  }

  /** The oldest input has failed on a session that goes on: it cannot be told what comes next. */
  private void failed(Cause cause, String error, String reason, long now) {
    log.warn(now, "Trying again on another session: " + inFlight.head() + ": " + reason);
    openings.over(cause);
    openings.broken(hinted(reason), now);
    blame(true, error, reason, now);
    leave(reason);
  }

  private void blame(boolean certain, String error, String reason, long now) {
    if (inputs.takeBackFailed(certain, error, hinted(reason), now)) {
      openings.served();
    }
  }

  private void idle(long now) {
    if (!inputs.isEmpty()) {
      idleSince = now;
    } else if (now - idleSince >= settings.sessionIdle().toNanos()) {
      progress(now - openedAt >= STEADY.toNanos());
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
      inFlight.takeAll(now);
      return;
    }
    FalFailure failure = end.failure();
    openings.over(failure.cause());
    if (end.how() == How.ORDERLY) {
      progress(completion.closed(now));
    } else if (end.how() == How.SERVER_GOING_AWAY) {
      openings.away();
      // An answer is not overdue because the server was on its way out.
      inFlight.heldBack(inFlight.headFor(now));
    }
    if (end.how() == How.NOT_OPENED) {
      inputs.takeBack(now);
      openings.refused(failure, now);
      return;
    }
    switch (failure.whose()) {
      case NOBODY -> {
        broken(end, now);
        inputs.takeBack(now);
      }
      case ACCOUNT, REQUEST_FOR_GOOD -> {
        inputs.takeBack(now);
        openings.unauthorized(end.reason(), now);
      }
      case REQUEST_FOR_NOW -> {
        broken(end, now);
        blame(true, failure.errorType(), failure.reason(), now);
      }
      case UNKNOWN -> closed(end, now);
    }
  }

  /** An app may well close the session when it has answered: those sent after that can go again. */
  private void closed(SessionEnd end, long now) {
    if (end.how() == How.ORDERLY && openings.fruitful()) {
      openings.ended();
      inputs.takeBack(now);
    } else {
      if (end.how() == How.ORDERLY) {
        metrics.failed(Cause.INCOMPLETE);
      }
      lost(end, now);
    }
  }

  private void lost(SessionEnd end, long now) {
    broken(end, now);
    blame(false, "SESSION_LOST", end.reason(), now);
  }

  private void broken(SessionEnd end, long now) {
    // An error of the app is told whether or not somebody still waits for an answer.
    if (inputs.isEmpty() && end.failure().cause() != Cause.APP_ERROR) {
      openings.ended();
      return;
    }
    String reason = hinted(end.reason());
    openings.broken(reason, now);
    log.warn(now, "A session ended with " + inFlight.size() + " inputs unanswered: " + reason);
  }

  private String hinted(String reason) {
    boolean hint = !everAnswered && settings.firstFrameHint() != null;
    return hint ? reason + settings.firstFrameHint() : reason;
  }

  void heldBack(long nanos) {
    inFlight.heldBack(nanos);
  }

  /**
   * Partitions were revoked: what was for them is not sent, and not waited for in vain. What was
   * done when it was sent nobody sends again, so its outputs are still to come here, for as long as
   * a session may be idle: whoever has the partitions now may be waiting for its end.
   */
  void revoked(long now) {
    inputs.forgetRevoked();
    boolean allGone = inputs.waiting() == 0 && inFlight.allRevoked();
    if (allGone && outputsMayCome()) {
      abandoned = true;
      idleSince = now;
    } else if (allGone) {
      inFlight.takeAll(now);
      openings.ended();
      leave("the inputs' partitions were revoked");
    }
  }
}
