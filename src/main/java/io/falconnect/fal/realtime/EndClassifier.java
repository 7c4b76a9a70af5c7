// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.failure.SessionClassifier;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.realtime.SessionEnd.How;
import java.util.function.UnaryOperator;
import okhttp3.Response;

/**
 * Makes the end of one session out of what OkHttp reports. Whose failure it is, the classifiers of
 * {@code fal.failure} judge. Stateless.
 */
final class EndClassifier {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final RealtimeToken token;
  private final FailureClassifier openings;
  private final SessionClassifier sessions;

  /**
   * For the end of one session.
   *
   * @param token what the session was opened with, or null
   */
  EndClassifier(FalCredentials credentials, RealtimeToken token) {
    UnaryOperator<String> scrubber =
        token == null ? credentials::scrub : text -> token.scrub(credentials.scrub(text));
    this.token = token;
    this.openings = FailureClassifier.forSession(scrubber);
    this.sessions = new SessionClassifier(scrubber);
  }

  /** A text of fal's on one line, bounded and without credentials. */
  String toLine(String text) {
    return openings.text().toLine(text);
  }

  /**
   * fal has closed the session.
   *
   * @param answered whether anything was answered on it
   */
  SessionEnd ofClose(int code, String reason, boolean answered) {
    return ofOpen(sessions.judgeClose(code, reason, answered));
  }

  /** fal has sent an {@link ControlFrames.Kind#ERROR} frame. */
  SessionEnd ofErrorFrame(JsonNode frame) {
    String error = ControlFrames.errorOf(frame);
    return ControlFrames.isUnauthorized(frame)
        ? ofUnauthorized(error)
        : ofOpen(sessions.judgeError(error, ControlFrames.reasonOf(frame)));
  }

  /** An open session has lost its connection. */
  SessionEnd ofBrokenConnection(Throwable cause) {
    return new SessionEnd(How.LOST, sessions.judgeLost(cause));
  }

  /** The connection could not even be tried. */
  SessionEnd ofFailedOpening(Throwable cause) {
    return new SessionEnd(How.NOT_OPENED, openings.judgeException(cause));
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
    FalFailure failure = openings.judgeAnswer(answer);
    return token != null && failure.cause() == Cause.DENIED
        ? ofUnauthorized(failure.reason())
        : new SessionEnd(How.NOT_OPENED, failure);
  }

  /** This side has ended the session, without being asked to only if outputs were not taken. */
  static SessionEnd ofClosedHere(String reason) {
    return new SessionEnd(How.CLOSED_HERE, SessionClassifier.judgeNotTaken(reason));
  }

  private SessionEnd ofUnauthorized(String reason) {
    How how = token == null ? How.BROKEN : How.TOKEN_REFUSED;
    return new SessionEnd(how, sessions.judgeUnauthorized(reason));
  }

  private static SessionEnd ofOpen(FalFailure failure) {
    How how =
        switch (failure.cause()) {
          case ENDED, IDLE -> How.ORDERLY;
          case CONNECTION -> failure.whose() == Whose.NOBODY ? How.SERVER_GOING_AWAY : How.BROKEN;
          case DENIED -> How.CLOSED_AS_REFUSED;
          default -> How.BROKEN;
        };
    return new SessionEnd(how, failure);
  }
}
