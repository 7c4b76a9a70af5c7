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
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Decides what the realtime sink does when a session or an answer fails: one switch over whose
 * failure it is, in {@link #react}. Only the delivery thread uses it.
 */
final class RealtimePolicy {
  private static final String NOT_OPENED = "No session could be opened: ";

  private final RealtimeConfig config;
  private final SessionEncoding encoding;
  private final Supplier<RealtimeEncoding> sessionEncoding;
  private final UnansweredInputs unanswered;
  private final SessionQueue queue;
  private final SessionOpener opener;
  private final ResultOutput results;
  private final RateLimitedLog log;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private boolean everAnswered;

  /** The input whose sessions were refused last while the encoding was not known. */
  private InFlightInput refusedInput;

  private int refusedEncodings;

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
      ResultOutput results,
      RateLimitedLog log,
      SinkMetrics metrics,
      LongSupplier nanoClock) {
    this.config = config;
    this.encoding = encoding;
    this.sessionEncoding = sessionEncoding;
    this.unanswered = unanswered;
    this.queue = queue;
    this.opener = opener;
    this.results = results;
    this.log = log;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /** A session is being opened. */
  void onOpening() {
    opener.onOpening();
    if (lastEnd != null) {
      metrics.countReconnect(lastEnd);
      lastEnd = null;
    }
  }

  /** fal has answered something on a session, even if it could not be decoded. */
  void onAnswer() {
    everAnswered = true;
    encoding.onAnswer(sessionEncoding.get());
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
    if (isAnotherEncodingTried(end)) {
      tryAnotherEncoding(end);
      return;
    }
    react(
        end,
        end.how() == How.NOT_OPENED
            ? NOT_OPENED
            : "A session ended with " + unanswered.size() + " inputs unanswered: ");
  }

  /**
   * Whether the session was refused on its first frame because, perhaps, the app does not
   * understand the encoding. Every encoding is tried once for an input; after that its failures
   * count.
   */
  private boolean isAnotherEncodingTried(SessionEnd end) {
    boolean refused =
        (end.how() == How.BROKEN || end.how() == How.ORDERLY && end.failure().cause() != Cause.IDLE)
            && unanswered.hasSent();
    if (!refused || !encoding.onRefused(sessionEncoding.get())) {
      return false;
    }
    InFlightInput oldest = unanswered.oldest();
    if (oldest != refusedInput) {
      refusedInput = oldest;
      refusedEncodings = 0;
    }
    refusedEncodings++;
    return refusedEncodings <= SessionEncoding.CHOICES;
  }

  private void tryAnotherEncoding(SessionEnd end) {
    lastEnd = end.failure().cause();
    metrics.countFailure(lastEnd);
    warn(
        "A session was refused on its first frame, and another encoding is tried: " + end.reason());
    opener.openLater(end.reason(), null);
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
        if (end.how() == How.CLOSED_AS_REFUSED && config.sendsOnly()) {
          // Each such session loses the inputs that were sent on it.
          onRefused(end);
          return;
        }
        reopenLater(end, event);
        queue.requeueUnanswered();
      }
      case ACCOUNT, REQUEST_FOR_GOOD -> {
        queue.requeueUnanswered();
        onRefused(end);
      }
      case REQUEST_FOR_NOW -> {
        reopenLater(end, event);
        failOldest(end.failure(), true);
      }
      case UNKNOWN -> onUnknown(end, event);
    }
  }

  /**
   * Perhaps the oldest input has ended the session. An app may also close after it has answered.
   */
  private void onUnknown(SessionEnd end, String event) {
    if (end.how() == How.ORDERLY && opener.isSuccessful()) {
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
    if (end.how() == How.NOT_OPENED) {
      opener.openLater(failure.reason(), failure.retryAfter());
      opener.resetRefusals();
      warn(event + failure.reason());
    } else if (queue.isEmpty() && unanswered.isEmpty() && failure.cause() != Cause.APP_ERROR) {
      // An error of the app is logged even if no input waits for an answer.
      opener.openAtOnce();
    } else {
      boolean refused = end.how() == How.CLOSED_AS_REFUSED;
      String reason = refused ? end.reason() : withHint(end.reason());
      opener.openLater(reason, null);
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
   * fal refuses sessions. A refused token is replaced once. Refusals in a row are final: then the
   * inputs that wait fail, so that they do not wait in vain, or the task fails. Inputs that come
   * later have attempts of their own.
   */
  private void onRefused(SessionEnd end) {
    FalFailure failure = end.failure();
    boolean otherToken = end.how() == How.TOKEN_REFUSED || end.how() == How.CLOSED_AS_REFUSED;
    if (otherToken && opener.onTokenRefused()) {
      warn("A session ended, and another token is tried: " + failure.reason());
      opener.openAtOnce();
      return;
    }
    warn(NOT_OPENED + failure.reason());
    opener.openLater(failure.reason(), failure.retryAfter());
    if (opener.onRefused() < config.maxRefusals()) {
      return;
    }
    String reason = "fal refused a realtime session: " + failure.reason();
    if (config.toleratesErrors()) {
      queue.failWhile(input -> true, "HTTP_" + failure.httpStatus(), reason);
      opener.resetRefusals();
    } else {
      String help = "No input is lost: correct the configuration and restart the task.";
      results.failTask(new ConnectException(reason + ". " + help));
    }
  }

  /**
   * Fails the inputs for which there was no session for {@code fal.retry.timeout.ms}. Called while
   * there is none.
   */
  void failUnserved() {
    if (config.retryTimeout().isPresent()) {
      Duration limit = config.retryTimeout().get();
      queue.failWhile(
          input -> opener.isWithoutSessionFor(limit, input.publication().takenAt()),
          "UNAVAILABLE",
          "no session for more than " + limit.toMillis() + " ms, at last: " + opener.lastReason());
    }
  }

  /** A reason, with what may be wrong with the configuration while fal has never answered. */
  private String withHint(String reason) {
    return everAnswered ? reason : reason + config.neverAnsweredHint();
  }

  private void warn(String message) {
    log.warn(message);
  }
}
