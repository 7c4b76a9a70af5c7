// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;

/**
 * Why a realtime session is over.
 *
 * @param how in which way it ended
 * @param failure whose failure that is, and the reason
 */
public record SessionEnd(How how, FalFailure failure) {
  /** In which way a session ended. */
  public enum How {
    /** It was never open, or there was no token to open it with. No input was sent on it. */
    NOT_OPENED,
    /** fal has refused its token, at the opening or later. The token is not used any more. */
    TOKEN_REFUSED,
    /**
     * fal has closed it with a code that refuses a session, before it answered anything. The token
     * that it was opened with is not used any more.
     */
    CLOSED_AS_REFUSED,
    /**
     * fal closed it with 1000 or without a code, or after {@code TIMEOUT}. No output is missing.
     */
    ORDERLY,
    /** fal closed it with 1001, 1012 or 1013: the server stops, restarts or is overloaded. */
    SERVER_GOING_AWAY,
    /** Its connection broke. */
    LOST,
    /** It was open, and fal has ended it in any other way. */
    BROKEN,
    /** This side has closed it. */
    CLOSED_HERE
  }

  /** The reason for a log: bounded, without credentials. The app's word for its error is in it. */
  public String reason() {
    String error = failure.errorType();
    String reason = failure.reason();
    boolean wordMissing = failure.cause() == Cause.APP_ERROR && !reason.equals(error);
    return wordMissing ? error + ": " + reason : reason;
  }
}
