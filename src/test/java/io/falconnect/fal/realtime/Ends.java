// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.realtime.SessionEnd.How;

/** Ends of sessions to compare with. */
final class Ends {
  private Ends() {}

  static SessionEnd notOpened(FalFailure failure) {
    return new SessionEnd(How.NOT_OPENED, failure);
  }

  static SessionEnd tokenRefused(String reason) {
    return new SessionEnd(
        How.TOKEN_REFUSED, new FalFailure(Whose.ACCOUNT, Cause.DENIED, reason, 401, null, null));
  }

  static SessionEnd timedOut(String reason) {
    return new SessionEnd(How.ORDERLY, new FalFailure(Whose.NOBODY, Cause.IDLE, reason));
  }

  static SessionEnd closed(String reason) {
    return new SessionEnd(How.ORDERLY, new FalFailure(Whose.UNKNOWN, Cause.ENDED, reason));
  }

  static SessionEnd goneAway(String reason) {
    return new SessionEnd(
        How.SERVER_GOING_AWAY, new FalFailure(Whose.NOBODY, Cause.CONNECTION, reason));
  }

  static SessionEnd refused(String reason) {
    return new SessionEnd(
        How.CLOSED_AS_REFUSED, new FalFailure(Whose.NOBODY, Cause.DENIED, reason, 403, null, null));
  }

  static SessionEnd lost(String reason) {
    return new SessionEnd(How.LOST, new FalFailure(Whose.UNKNOWN, Cause.CONNECTION, reason));
  }

  static SessionEnd broken(String reason) {
    return new SessionEnd(How.BROKEN, new FalFailure(Whose.UNKNOWN, Cause.CONNECTION, reason));
  }

  static SessionEnd appFailed(String error, String reason) {
    return new SessionEnd(
        How.BROKEN, new FalFailure(Whose.REQUEST_FOR_NOW, Cause.APP_ERROR, reason, 0, error, null));
  }

  static SessionEnd closedHere(String reason) {
    return new SessionEnd(How.CLOSED_HERE, new FalFailure(Whose.NOBODY, Cause.NOT_TAKEN, reason));
  }
}
