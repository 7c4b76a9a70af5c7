// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.fal.realtime.SessionEnd.How;
import io.falconnect.sink.result.ResultOutput;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Decides what follows when fal refuses the sessions of a lane. Only the delivery thread uses it.
 */
final class SessionRefusals {
  /** What the log says before the reason, when there was no session. */
  static final String NOT_OPENED = "No session could be opened: ";

  private final RealtimeConfig config;
  private final SessionQueue queue;
  private final SessionOpener opener;
  private final ResultOutput results;
  private final RateLimitedLog log;

  /** For the sessions of one lane. */
  SessionRefusals(
      RealtimeConfig config,
      SessionQueue queue,
      SessionOpener opener,
      ResultOutput results,
      RateLimitedLog log) {
    this.config = config;
    this.queue = queue;
    this.opener = opener;
    this.results = results;
    this.log = log;
  }

  /**
   * fal refuses sessions. A refused token is replaced once. Refusals in a row are final: then the
   * inputs that wait fail, so that they do not wait in vain, or the task fails. Inputs that come
   * later have attempts of their own.
   */
  void onRefused(SessionEnd end) {
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

  private void warn(String message) {
    log.warn(message);
  }
}
