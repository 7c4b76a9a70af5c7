// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.SessionClassifier;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeSession;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The inputs that share a session, and that session. There is one session at a time, opened when
 * there is an input to send. What is unanswered when a session ends is sent again, in the same
 * order, on the next one. Only the delivery thread uses it; no method blocks.
 */
final class SessionLane {
  private static final Duration WAIT_IN_USE = Duration.ofMillis(20);
  private static final Duration WAIT_AT_REST = Duration.ofMillis(500);

  private final RealtimeConfig config;
  private final SessionEncoding encoding;
  private final RateLimitedLog log;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private final CurrentSession session;
  private final UnansweredInputs unanswered;
  private final SessionQueue queue;
  private final StartLimit limit;
  private final SessionAccess access;
  private final Completion completion;
  private final SessionTimes times;
  private final SessionOpener opener;
  private final RealtimePolicy policy;

  /**
   * A lane without a session.
   *
   * @param sessions opens a session, whose signals are to be given to {@link #onSignal}
   * @param limit how many inputs may be sent while Kafka acknowledges nothing
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  SessionLane(
      RealtimeConfig config,
      Function<RealtimeEncoding, RealtimeSession> sessions,
      SessionEncoding encoding,
      StartLimit limit,
      SessionAccess access,
      ResultOutput results,
      RateLimitedLog log,
      SinkMetrics metrics,
      LongSupplier nanoClock) {
    this.config = config;
    this.limit = limit;
    this.access = access;
    this.encoding = encoding;
    this.log = log;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    CompletionRule rule = config.completionRule();
    session = new CurrentSession(sessions);
    unanswered =
        new UnansweredInputs(
            rule.mode(),
            config.window(),
            config.sendsRequestIds(),
            config.maxAttempts(),
            nanoClock);
    queue =
        new SessionQueue(
            unanswered,
            limit,
            input -> encoding.adapt(input, session.encoding()),
            results,
            metrics);
    completion = new Completion(rule, unanswered, results, nanoClock);
    times =
        new SessionTimes(
            unanswered,
            config.firstResultTimeout(),
            config.resultTimeout(),
            config.idleTimeout(),
            nanoClock);
    opener = new SessionOpener(config.backoff(), nanoClock);
    policy =
        new RealtimePolicy(
            config,
            encoding,
            session::encoding,
            unanswered,
            queue,
            opener,
            access,
            log,
            metrics,
            nanoClock);
  }

  void add(InFlightInput input) {
    times.onInput();
    queue.add(input);
  }

  /** The outcome of an input is known, and Kafka has acknowledged all its records. */
  void onSettled(Input input) {
    limit.onSettled(input);
  }

  /** Whether there is no session, and none is being opened or closed. */
  boolean isClosed() {
    return session.isNone();
  }

  /** Whether the lane has inputs to send and no session, and may have one. */
  boolean needsSession() {
    return session.isNone() && !queue.isEmpty() && opener.isReleased();
  }

  /** What is under way on this lane now. */
  TransportLoad load() {
    return new TransportLoad(session.isOpen() ? 1 : 0, unanswered.size(), queue.size());
  }

  /** The session has told a signal. Of a session that is being closed only the end counts. */
  void onSignal(RealtimeSignal signal) {
    if (signal instanceof RealtimeSignal.Ended ended) {
      onEnded(ended.end());
    } else if (session.isClosing()) {
      return;
    } else if (signal instanceof RealtimeSignal.Opened) {
      session.onOpened();
      times.onOpened();
    } else if (signal instanceof RealtimeSignal.Output output) {
      onOutput(output);
    } else if (signal instanceof RealtimeSignal.Timings) {
      markSuccessfulIf(completion.onTimings());
    } else if (signal instanceof RealtimeSignal.PassedOver passedOver) {
      passOver(passedOver.reason());
    } else if (signal instanceof RealtimeSignal.Undecodable undecodable) {
      onUndecodable(undecodable.reason());
    }
  }

  private void passOver(String reason) {
    metrics.countStrayFrame();
    warn("A frame was passed over: " + reason);
  }

  private void onOutput(RealtimeSignal.Output output) {
    policy.onAnswer();
    times.onOutput();
    InFlightInput input = unanswered.findAnswered(output.json());
    if (input == null) {
      passOver("it answers no input that is under way");
      return;
    }
    boolean finished = completion.onOutput(input, output.json(), output.readAt());
    // Of inputs that are finished when they are sent, only an output shows that the app takes them.
    markSuccessfulIf(finished || unanswered.mayHaveLateOutputs());
  }

  private void onUndecodable(String reason) {
    policy.onAnswer();
    if (unanswered.dependsOnOrder()) {
      failAnswer(Cause.MALFORMED, "MALFORMED", "its output cannot be decoded: " + reason);
    } else {
      metrics.countFailure(Cause.MALFORMED);
      warn("A frame was passed over: " + reason);
    }
  }

  private void onEnded(SessionEnd end) {
    boolean closedHere = session.isClosing();
    session.onEnded();
    if (closedHere) {
      policy.onClosed();
      unanswered.removeAll();
      return;
    }
    if (end.how() == SessionEnd.How.ORDERLY) {
      markSuccessfulIf(completion.onOrderlyEnd());
    }
    policy.onSessionEnd(end);
  }

  /** The oldest input has failed; the session is closed, and another one is opened. */
  private void failAnswer(Cause cause, String error, String reason) {
    policy.onAnswerFailed(SessionClassifier.judgeAnswer(cause, error, reason));
    close(reason);
  }

  /**
   * Does what is due: opens a session, sends, finishes inputs, gives up.
   *
   * @param caughtUp whether all that fal has sent so far was read, so that what is missing is late
   * @return how long the next call may wait, if nothing happens before
   */
  Duration proceed(boolean caughtUp) {
    if (session.isNone()) {
      openIfNeeded();
    } else if (session.isOpen()) {
      session.queuedBytes().ifPresent(completion::onWritten);
      if (isTrusted()) {
        queue.sendTo(session::send);
      }
      if (caughtUp) {
        checkTimes();
      }
    }
    return hasNoInputs() ? WAIT_AT_REST : WAIT_IN_USE;
  }

  /**
   * Whether inputs may be sent on the session. Inputs that are only sent are lost if fal closes it
   * as refused, so while fal refuses sessions it has to be open for a second first.
   */
  private boolean isTrusted() {
    if (config.sendsOnly() && !access.isOpen() && times.isPastProbation()) {
      policy.onSuccess();
    }
    return !config.sendsOnly() || access.isOpen();
  }

  private void openIfNeeded() {
    policy.failUnserved();
    if (!queue.isEmpty() && opener.isDue() && access.mayOpen()) {
      policy.onOpening();
      session.open(encoding.current());
    }
  }

  private void checkTimes() {
    markSuccessfulIf(completion.finishQuiet());
    if (times.hasOutlastedAnswers()) {
      policy.onSuccess();
    } else if (times.isWorking()) {
      policy.onWorking();
    }
    if (times.isAnswerOverdue()) {
      unanswered.onOverdue();
      String limit = times.answerLimit().toMillis() + " ms";
      failAnswer(Cause.TIMEOUT, "TIMEOUT", "not answered within " + limit);
    }
    closeIfIdle();
  }

  private void closeIfIdle() {
    if (!hasNoInputs()) {
      times.onUse();
    } else if (times.isIdle()) {
      markSuccessfulIf(times.isPastProbation());
      opener.openAtOnce();
      close("nothing to send");
    }
  }

  private void markSuccessfulIf(boolean condition) {
    if (condition) {
      policy.onSuccess();
    }
  }

  private boolean hasNoInputs() {
    return queue.isEmpty() && unanswered.isEmpty();
  }

  /** Closes the session. The next one is opened only when the end of this one was told. */
  void close(String reason) {
    session.close(reason);
  }

  /** Leaves a time out of all waiting times, because nothing could be read in it: nanoseconds. */
  void excludeTime(long nanos) {
    unanswered.excludeTime(nanos);
  }

  /**
   * Partitions were taken away from this task: their inputs are not sent any more. A session that
   * only had inputs of such partitions is closed. In the mode {@code SENT} nobody sends these
   * inputs again, so the session stays open for their outputs, until it has been idle for {@code
   * realtime.session.idle.ms}; the new owner of the partitions may be waiting for it to end.
   */
  void onRevoked() {
    limit.dropRevoked();
    queue.removeRevoked();
    if (!queue.isEmpty() || !unanswered.areAllRevoked()) {
      return;
    }
    if (unanswered.mayHaveLateOutputs()) {
      times.onOnlyLateOutputs();
    } else {
      unanswered.removeAll();
      opener.openAtOnce();
      close("the inputs' partitions were revoked");
    }
  }

  private void warn(String message) {
    log.warn(message);
  }
}
