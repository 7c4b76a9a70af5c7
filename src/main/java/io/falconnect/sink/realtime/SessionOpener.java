// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.FailureLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What to do about sessions that end or cannot be had: when the next one may be opened, when that
 * is hopeless, and when an input has waited for one for too long. Owned by the delivery thread.
 */
final class SessionOpener {
  private final RealtimeConfig settings;
  private final SessionQueue inputs;
  private final ResultOutput results;
  private final FailureLog log;
  private final SinkMetrics metrics;
  private final Reconnects reconnects;
  private int refusals;
  private boolean failing;
  private boolean failedBefore;
  private long failingSince;
  private String lastFailure = "";

  /** Null where nothing has come to an end that another session would make up for. */
  private Cause lastEnd;

  /**
   * Nothing has been opened yet.
   *
   * @param inputs those that wait for a session
   */
  SessionOpener(
      RealtimeConfig settings,
      SessionQueue inputs,
      ResultOutput results,
      FailureLog log,
      SinkMetrics metrics) {
    this.settings = settings;
    this.inputs = inputs;
    this.results = results;
    this.log = log;
    this.metrics = metrics;
    this.reconnects = new Reconnects(settings.backoff());
  }

  /** Whether a session may be opened. */
  boolean due(long now) {
    return reconnects.due(now);
  }

  /** A session is being opened. */
  void opens() {
    failedBefore = failing;
    if (lastEnd != null) {
      metrics.reconnect(lastEnd);
      lastEnd = null;
    }
  }

  /** The session is over, or could not be had, without this side having wished it. */
  void over(Cause cause) {
    lastEnd = cause;
    metrics.failed(cause);
  }

  /** The session has brought an input forward. */
  void progress() {
    reconnects.progress();
    served();
  }

  /** The session is one: what becomes of its inputs is another matter. */
  void served() {
    failing = false;
    refusals = 0;
  }

  /**
   * fal's server has gone. Where it has brought no input forward, the session was as good as none,
   * however long it lasted.
   */
  void away() {
    refusals = 0;
    failing |= failedBefore && !fruitful();
  }

  /** Whether the session has brought an input forward. */
  boolean fruitful() {
    return reconnects.fruitful();
  }

  /** The session is over, and nothing is wrong with that. */
  void ended() {
    reconnects.ended();
  }

  /** The session is over though there was still something to do on it. */
  void broken(String reason, long now) {
    failed(reason, null, now);
  }

  /** fal said {@code Unauthorized}: the first time the token may be the reason. */
  void unauthorized(String reason, long now) {
    if (reconnects.unauthorizedAgain() || !settings.tokens()) {
      refused(new FalFailure(Whose.ACCOUNT, Cause.DENIED, reason, 401, null, null), now);
    } else {
      log.warn(now, "A session ended, and another token is tried: " + reason);
      reconnects.ended();
    }
  }

  /**
   * A session could not be had. Where fal refuses it again and again, the inputs that wait fail, so
   * that they do not wait in vain; those to come have attempts of their own.
   */
  void refused(FalFailure failure, long now) {
    log.warn(now, "No session could be opened: " + failure.reason());
    failed(failure.reason(), failure.retryAfter(), now);
    refusals =
        switch (failure.whose()) {
          case NOBODY, REQUEST_FOR_NOW, UNKNOWN -> 0;
          case ACCOUNT, REQUEST_FOR_GOOD -> refusals + 1;
        };
    if (refusals >= settings.maxRefusals()) {
      String reason = "fal refused a realtime session: " + failure.reason();
      if (settings.tolerant()) {
        inputs.failWhile(input -> true, "HTTP_" + failure.httpStatus(), reason);
        refusals = 0;
      } else {
        String help = "No input is lost: correct the configuration and restart the task.";
        results.failTask(new ConnectException(reason + ". " + help));
      }
    }
  }

  private void failed(String reason, Duration asked, long now) {
    if (!failing) {
      failing = true;
      failingSince = now;
    }
    lastFailure = reason;
    reconnects.failed(asked, now);
  }

  /** Fails the inputs for which no session could be had for too long. */
  void giveUp(long now) {
    if (failing && settings.retryTimeout().isPresent()) {
      Duration limit = settings.retryTimeout().get();
      inputs.failWhile(
          input -> now - later(failingSince, input.publication().takenAt()) >= limit.toNanos(),
          "UNAVAILABLE",
          "no session for more than " + limit.toMillis() + " ms, at last: " + lastFailure);
    }
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
