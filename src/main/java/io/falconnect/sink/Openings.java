// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.Cause;
import io.falconnect.fal.FalFailure;
import io.falconnect.task.FailureLog;
import java.time.Duration;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What to do about sessions that end or cannot be had: when the next one may be opened, when that
 * is hopeless, and when an input has waited for one for too long. Owned by the delivery thread.
 */
final class Openings {
  private final LaneSettings settings;
  private final Results results;
  private final FailureLog log;
  private final SinkMetrics metrics;
  private final Reconnects reconnects;
  private String lastFailure = "";

  /** Null where nothing has come to an end that another session would make up for. */
  private Cause lastEnd;

  Openings(LaneSettings settings, Results results, FailureLog log, SinkMetrics metrics) {
    this.settings = settings;
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
    lastFailure = "";
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
    lastFailure = reason;
    reconnects.failed(null, now);
  }

  /** fal said {@code Unauthorized}: the first time the token may be the reason. */
  void unauthorized(String reason, long now) {
    if (reconnects.unauthorizedAgain() || !settings.tokens()) {
      refused(new FalFailure.Denied(401, reason), now);
    } else {
      reconnects.ended();
    }
  }

  /** A session could not be had. */
  void refused(FalFailure failure, long now) {
    lastFailure = failure.reason();
    boolean retryable = failure instanceof FalFailure.Retryable;
    if (!retryable && !settings.tolerant()) {
      String help = "No input is lost: correct the configuration and restart the task.";
      results.fatal(
          new ConnectException("fal refused a realtime session: " + lastFailure + ". " + help));
    }
    log.warn(now, "No session could be opened: " + lastFailure);
    Duration asked = retryable ? ((FalFailure.Retryable) failure).retryAfter() : null;
    reconnects.failed(asked, now);
  }

  /**
   * Ends an input where no session could be had for it for too long.
   *
   * @return whether it did
   */
  boolean givesUp(Turn oldest, long now) {
    if (settings.retryTimeout().isEmpty() || lastFailure.isEmpty()) {
      return false;
    }
    Duration limit = settings.retryTimeout().get();
    if (oldest.failingFor(now) < limit.toNanos()) {
      return false;
    }
    String reason = "no session for more than " + limit.toMillis() + " ms, at last: " + lastFailure;
    results.failed(oldest.pending, 0, "UNAVAILABLE", reason);
    return true;
  }
}
