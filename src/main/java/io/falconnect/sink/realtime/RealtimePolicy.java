// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.fal.realtime.SessionEnd.How;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.SinkMetrics;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides what the realtime sink does when a session or an answer fails: one switch over whose
 * failure it is, in {@link #react}. {@link SessionRefusals} and {@link EncodingTrials} decide their
 * parts. Only the delivery thread uses it.
 */
final class RealtimePolicy {
  private final RealtimeConfig config;
  private final EncodingTrials encodings;
  private final SessionRefusals refusals;
  private final UnansweredInputs unanswered;
  private final SessionQueue queue;
  private final SessionOpener opener;
  private final SessionAccess access;
  private final RateLimitedLog log;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private boolean everAnswered;

  /** The present session, or the last one. */
  private SessionAccess.Opening opening;

  /** Why the last session ended, if this side did not want that; null when the next one opens. */
  private Cause lastEnd;

  /**
   * For the sessions of one lane.
   *
   * @param sessionEncoding the encoding of the present session, or of the last one
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  RealtimePolicy(
      RealtimeConfig config,
      SessionEncoding encoding,
      Supplier<RealtimeEncoding> sessionEncoding,
      UnansweredInputs unanswered,
      SessionQueue queue,
      SessionOpener opener,
      SessionAccess access,
      RateLimitedLog log,
      SinkMetrics metrics,
      LongSupplier nanoClock) {
    this.config = config;
    this.encodings = new EncodingTrials(encoding, sessionEncoding, unanswered);
    this.refusals = new SessionRefusals(config, access, opener, log);
    this.unanswered = unanswered;
    this.queue = queue;
    this.opener = opener;
    this.access = access;
    this.log = log;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /** A session is being opened. */
  void onOpening() {
    opener.onOpening();
    opening = access.start(opener);
    if (lastEnd != null) {
      metrics.countReconnect(lastEnd);
      lastEnd = null;
    }
  }

  /** fal has answered something on a session, even if it could not be decoded. */
  void onAnswer() {
    everAnswered = true;
    encodings.onAnswer();
    access.onAccepted(opening);
  }

  /** The session takes inputs, whatever becomes of them. */
  void onWorking() {
    opener.markWorking();
    access.onAccepted(opening);
  }

  /** The session has finished an input, or has been open for long enough. */
  void onSuccess() {
    opener.markSuccessful();
    access.onAccepted(opening);
  }

  /** This side has closed the session, and it has ended. */
  void onClosed() {
    access.onEnd(opening);
  }

  /**
   * The oldest input has failed on a session that goes on: its answer is overdue or cannot be
   * decoded. The caller closes the session, because the next outputs could not be told apart.
   */
  void onAnswerFailed(FalFailure failure) {
    SessionEnd end = new SessionEnd(How.CLOSED_HERE, failure);
    react(end, "Trying again on another session: " + unanswered.oldest() + ": ");
  }

  /** A session has ended, or could not be opened, and this side did not want that. */
  void onSessionEnd(SessionEnd end) {
    if (end.how() == How.SERVER_GOING_AWAY || end.how() == How.CLOSED_AS_REFUSED) {
      opener.onUnavailable();
      // The answer is not late: fal was not going to answer on this session.
      unanswered.excludeTime(unanswered.oldestWait());
    }
    if (encodings.tryAnother(end)) {
      reopenForEncoding(end);
      return;
    }
    react(
        end,
        end.how() == How.NOT_OPENED
            ? SessionRefusals.NOT_OPENED
            : "A session ended with " + unanswered.size() + " inputs unanswered: ");
  }

  private void reopenForEncoding(SessionEnd end) {
    lastEnd = end.failure().cause();
    metrics.countFailure(lastEnd);
    warn(
        "A session was refused on its first frame, and another encoding is tried: " + end.reason());
    access.onEnd(opening);
    opener.openLater(end.failure(), end.reason());
    queue.requeueUnanswered();
  }

  /**
   * What follows from whose failure it is. An input is given up after {@code realtime.max.attempts}
   * failures that are certainly its own.
   *
   * @param event what has happened, for the log; the reason follows it
   */
  private void react(SessionEnd end, String event) {
    lastEnd = end.failure().cause();
    metrics.countFailure(lastEnd);
    switch (end.failure().whose()) {
      case NOBODY -> {
        if (refusals.mayBeAccounts(end)) {
          onRefusal(end);
        } else {
          reopenLater(end, event);
          queue.requeueUnanswered();
        }
      }
      case ACCOUNT, REQUEST_FOR_GOOD -> onRefusal(end);
      case REQUEST_FOR_NOW -> {
        reopenLater(end, event);
        failOldest(end.failure(), end.failure().cause() != Cause.APP_ERROR);
      }
      case UNKNOWN -> onUnknown(end, event);
    }
  }

  private void onRefusal(SessionEnd end) {
    queue.requeueUnanswered();
    refusals.onRefused(opening, end);
  }

  /**
   * Perhaps the oldest input has ended the session. An app may also close after it has answered.
   */
  private void onUnknown(SessionEnd end, String event) {
    if (end.how() == How.ORDERLY && opener.isSuccessful()) {
      access.onEnd(opening);
      opener.openAtOnce();
      queue.requeueUnanswered();
      return;
    }
    if (end.how() == How.ORDERLY) {
      metrics.countFailure(Cause.INCOMPLETE);
    }
    reopenLater(end, event);
    failOldest(end.failure(), false);
  }

  private void reopenLater(SessionEnd end, String event) {
    FalFailure failure = end.failure();
    access.onEnd(opening);
    if (end.how() == How.NOT_OPENED) {
      opener.openLater(failure, failure.reason());
      warn(event + failure.reason());
    } else if (queue.isEmpty() && unanswered.isEmpty() && failure.cause() != Cause.APP_ERROR) {
      // An error of the app is logged even if no input waits for an answer.
      opener.openAtOnce();
    } else {
      boolean refused = end.how() == How.CLOSED_AS_REFUSED;
      String reason = refused ? end.reason() : withHint(end.reason());
      opener.openLater(failure, reason);
      warn(event + reason);
    }
  }

  /**
   * Counts a failure of the oldest unanswered input, and gives it up when it has failed often
   * enough or for long enough, the last time alone on its session. All others are sent again.
   *
   * @param certain whether the oldest input is known to be the cause, even if others were in flight
   */
  private void failOldest(FalFailure failure, boolean certain) {
    InFlightInput oldest = unanswered.oldest();
    boolean alone = unanswered.size() == 1;
    if (failure.cause() == Cause.APP_ERROR && !alone) {
      // The app has failed for the input that it works on or for the newest one, which it may have
      // been unable to read. Alone on a session, each of them shows whether it was the cause.
      unanswered.isolateSuspects();
    }
    queue.requeueUnanswered();
    if (oldest == null || oldest.isRevoked()) {
      return;
    }
    long failingNanos = oldest.attempts().addFailure(certain || alone, nanoClock.getAsLong(), 0);
    if (config.retryTimeout().filter(limit -> failingNanos >= limit.toNanos()).isPresent()) {
      oldest.attempts().onRetryTimeout();
    }
    if (alone && oldest.attempts().isExhausted(config.maxAttempts())) {
      String error = failure.errorType() == null ? "SESSION_LOST" : failure.errorType();
      queue.failFirst(error, withHint(failure.reason()));
    }
    opener.markWorking();
  }

  /**
   * Fails the inputs for which there was no session for {@code fal.retry.timeout.ms}. If fal has
   * refused the sessions, the task fails instead. Called while there is none.
   */
  void failUnserved() {
    config.retryTimeout().ifPresent(this::failUnserved);
  }

  private void failUnserved(Duration limit) {
    InFlightInput first = queue.first();
    if (first == null || !isUnserved(first, limit)) {
      return;
    }
    if (opener.isRefused()) {
      refusals.failTask(limit);
      return;
    }
    queue.failWhile(
        input -> isUnserved(input, limit),
        "UNAVAILABLE",
        "no session for more than " + limit.toMillis() + " ms, at last: " + opener.lastReason());
  }

  private boolean isUnserved(InFlightInput input, Duration limit) {
    return opener.isWithoutSessionFor(limit, input.publication().takenAt());
  }

  /** A reason, with what may be wrong with the configuration while fal has never answered. */
  private String withHint(String reason) {
    return everAnswered ? reason : reason + config.neverAnsweredHint();
  }

  private void warn(String message) {
    log.warn(message);
  }
}
