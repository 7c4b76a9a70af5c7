// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import io.falconnect.fal.failure.FalFailure.Whose;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Judges whose failure the end of an open realtime session is, from what fal said: a close code, an
 * error frame, or nothing because the connection broke. {@link FailureClassifier#forSession} judges
 * the opening. Stateless; safe for any thread.
 *
 * <p>The close codes are those of RFC 6455, 7.4.1, and of the registry that it started. The error
 * frames are those of fal's AsyncAPI description and its open server framework.
 */
public final class SessionClassifier {
  private static final int NORMAL_CLOSURE = 1000;
  private static final int GOING_AWAY = 1001;
  private static final int NO_STATUS = 1005;
  private static final int SERVICE_RESTART = 1012;
  private static final int TRY_AGAIN_LATER = 1013;

  /** Codes that refuse a session: a violated policy, and the registered ones for 401 and 403. */
  private static final Set<Integer> REFUSALS = Set.of(1008, 3000, 3003);

  /** Private codes that are made of an HTTP status, such as 4401 and 4403: a hundred of them. */
  private static final int FIRST_CLIENT_ERROR = 4400;

  private static final int CLIENT_ERRORS = 100;

  private final ReasonText text;

  /**
   * For any session.
   *
   * @param scrubber replaces every credential in a text
   */
  public SessionClassifier(UnaryOperator<String> scrubber) {
    this.text = new ReasonText(scrubber);
  }

  /**
   * Judges a close frame of fal. Whoever learns what another code means adds it here.
   *
   * <p>A session that is refused before anything was answered on it is nobody's failure: its token
   * may have been the wrong one, or the account has no session left.
   *
   * @param answered whether anything was answered on the session
   */
  public FalFailure judgeClose(int code, String reason, boolean answered) {
    String line = text.toLine("closed by fal: " + code + (reason.isEmpty() ? "" : " " + reason));
    if (!answered && isRefusal(code, reason)) {
      return new FalFailure(
          Whose.NOBODY, Cause.DENIED, line, HttpStatusRules.FORBIDDEN, null, null);
    }
    return switch (code) {
      case NORMAL_CLOSURE, NO_STATUS -> new FalFailure(Whose.UNKNOWN, Cause.ENDED, line);
      case GOING_AWAY, SERVICE_RESTART, TRY_AGAIN_LATER ->
          new FalFailure(Whose.NOBODY, Cause.CONNECTION, line);
      default -> new FalFailure(Whose.UNKNOWN, Cause.CONNECTION, line);
    };
  }

  private static boolean isRefusal(int code, String reason) {
    int clientError = code - FIRST_CLIENT_ERROR;
    String word = reason.toLowerCase(Locale.ROOT);
    return REFUSALS.contains(code)
        || clientError >= 0 && clientError < CLIENT_ERRORS
        || word.contains("forbidden")
        || word.contains("unauthorized");
  }

  /**
   * Judges an {@code x-fal-error} frame. {@code TIMEOUT} means that nobody has sent anything for a
   * while. Any other error is that of an input, which fal does not name: {@link
   * FalFailure#errorType} is fal's word for it.
   *
   * @param error fal's word, perhaps empty
   * @param reason fal's description, perhaps empty
   */
  public FalFailure judgeError(String error, String reason) {
    String word = error.isBlank() ? "APP_ERROR" : text.toLine(error);
    String line = reason.isBlank() ? word : text.toLine(reason);
    if (word.equals("TIMEOUT")) {
      String told = line.equals(word) ? word : word + ": " + line;
      return new FalFailure(Whose.NOBODY, Cause.IDLE, told);
    }
    return new FalFailure(Whose.REQUEST_FOR_NOW, Cause.APP_ERROR, line, 0, word, null);
  }

  /**
   * Judges that fal does not accept the token or the key of the session. Counts as HTTP 401,
   * whether fal said so at the opening or on the open session.
   *
   * @param reason bounded, without credentials
   */
  public FalFailure judgeUnauthorized(String reason) {
    return new FalFailure(
        Whose.ACCOUNT, Cause.DENIED, reason, HttpStatusRules.UNAUTHORIZED, null, null);
  }

  /** Judges that the connection of an open session broke. */
  public FalFailure judgeLost(Throwable cause) {
    return new FalFailure(Whose.UNKNOWN, Cause.CONNECTION, text.toLine(cause));
  }

  /** Judges that this side has ended the session because its outputs were read too slowly. */
  public static FalFailure judgeNotTaken(String reason) {
    return new FalFailure(Whose.NOBODY, Cause.NOT_TAKEN, reason);
  }

  /**
   * Judges an input whose answer is overdue or cannot be decoded, on a session that goes on.
   *
   * @param error the connector's word for the failure
   * @param reason bounded, without credentials
   */
  public static FalFailure judgeAnswer(Cause cause, String error, String reason) {
    return new FalFailure(Whose.REQUEST_FOR_NOW, cause, reason, 0, error, null);
  }
}
