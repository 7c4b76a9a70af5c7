// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.fal.realtime.SessionEnd.How;
import java.time.Duration;

/**
 * Decides what follows when fal refuses the sessions of a lane. A refused session is no input's
 * fault. Only the delivery thread uses it.
 */
final class SessionRefusals {
  /** What the log says before the reason, when there was no session. */
  static final String NOT_OPENED = "No session could be opened: ";

  private final RealtimeConfig config;
  private final SessionAccess access;
  private final SessionOpener opener;
  private final RateLimitedLog log;

  /** For the sessions of one lane. */
  SessionRefusals(
      RealtimeConfig config, SessionAccess access, SessionOpener opener, RateLimitedLog log) {
    this.config = config;
    this.access = access;
    this.opener = opener;
    this.log = log;
  }

  /**
   * Whether a session that fal has closed as refused may mean that the account is refused. Without
   * tolerance it does not fail the task at once, because the account may just have no session left.
   * Where inputs are only sent it does, because each such session loses the inputs sent on it.
   */
  boolean mayBeAccounts(SessionEnd end) {
    return end.how() == How.CLOSED_AS_REFUSED && (config.sendsOnly() || config.toleratesErrors());
  }

  /**
   * fal has refused a session. A refused token is replaced once. If that does not help, {@link
   * SessionAccess} decides when the lane may open another session, or that the task fails.
   */
  void onRefused(SessionAccess.Opening opening, SessionEnd end) {
    FalFailure failure = end.failure();
    boolean otherToken = end.how() == How.TOKEN_REFUSED || end.how() == How.CLOSED_AS_REFUSED;
    if (otherToken && opener.onTokenRefused()) {
      log.warn("A session ended, and another token is tried: " + failure.reason());
      access.onEnd(opening);
      opener.openAtOnce();
      return;
    }
    log.warn(NOT_OPENED + failure.reason());
    opener.openLater(failure, failure.reason());
    access.onRefused(opening, failure);
  }

  /** fal has refused the sessions of this lane for so long. */
  void failTask(Duration limit) {
    String reason =
        "fal has refused realtime sessions for more than "
            + limit.toMillis()
            + " ms, at last: "
            + opener.lastReason();
    access.onTaskRefused(reason);
  }
}
