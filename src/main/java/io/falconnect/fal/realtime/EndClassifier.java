// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.FalCredentials;
import okhttp3.Response;

/**
 * Tells why a session ends: from a close frame, an error frame, an answer to the upgrade, or a
 * broken connection. Its texts are bounded and hold no credentials. Stateless.
 */
final class EndClassifier {
  private static final int SWITCHING_PROTOCOLS = 101;

  /** Close codes of RFC 6455, 7.4.1, and of the registry that it started. */
  private static final int NORMAL_CLOSURE = 1000;

  private static final int GOING_AWAY = 1001;
  private static final int NO_STATUS = 1005;
  private static final int SERVICE_RESTART = 1012;
  private static final int TRY_AGAIN_LATER = 1013;

  private final RealtimeToken token;
  private final FailureClassifier failures;

  /**
   * For the end of one session.
   *
   * @param token what the session was opened with, or null
   */
  EndClassifier(FalCredentials credentials, RealtimeToken token) {
    this.token = token;
    this.failures =
        token == null
            ? FailureClassifier.forSession(credentials::scrub)
            : FailureClassifier.forSession(text -> token.scrub(credentials.scrub(text)));
  }

  /** A text of fal's, bounded and without credentials. */
  String fit(String text) {
    return failures.text().toLine(text);
  }

  /** fal has closed the session with this code. */
  SessionEnd ofClose(int code, String reason) {
    String words = fit("closed by fal: " + code + (reason.isEmpty() ? "" : " " + reason));
    return switch (code) {
      case NORMAL_CLOSURE, NO_STATUS -> new SessionEnd.Closed(words);
      case GOING_AWAY, SERVICE_RESTART, TRY_AGAIN_LATER -> new SessionEnd.Away(words);
      default -> new SessionEnd.Lost(words);
    };
  }

  /** fal has sent an {@link ControlFrames.Kind#ERROR} frame. */
  SessionEnd ofErrorFrame(JsonNode frame) {
    String word = ControlFrames.errorOf(frame);
    if (ControlFrames.isUnauthorized(frame)) {
      return new SessionEnd.Unauthorized(word);
    }
    String error = word.isBlank() ? "APP_ERROR" : fit(word);
    String reason = fit(ControlFrames.reasonOf(frame));
    SessionEnd failed = new SessionEnd.AppFailed(error, reason.isBlank() ? error : reason);
    return error.equals("TIMEOUT") ? new SessionEnd.TimedOut(failed.reason()) : failed;
  }

  /** An open session has lost its connection. */
  SessionEnd ofBrokenConnection(Throwable cause) {
    return new SessionEnd.Lost(failures.judgeException(cause).reason());
  }

  /** The connection could not even be tried. */
  SessionEnd ofFailedOpening(Throwable cause) {
    return new SessionEnd.NotOpened(failures.judgeException(cause));
  }

  /**
   * A session could not be opened.
   *
   * @param answer to the upgrade, or null where there was none
   */
  SessionEnd ofFailedOpening(Throwable cause, Response answer) {
    if (answer == null || answer.code() == SWITCHING_PROTOCOLS) {
      return ofFailedOpening(cause);
    }
    FalFailure failure = failures.judgeAnswer(answer);
    return token != null && failure.cause() == Cause.DENIED
        ? new SessionEnd.Unauthorized(failure.reason())
        : new SessionEnd.NotOpened(failure);
  }
}
