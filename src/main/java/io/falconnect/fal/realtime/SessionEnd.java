// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;

/** Why a realtime session is over. Reasons are fit for a log or a record, without credentials. */
public sealed interface SessionEnd {
  /** What happened, in words. */
  String reason();

  /** Why, in one of few words. */
  Cause cause();

  /** {@code x-fal-error} {@code TIMEOUT}: nobody sent anything for a while. Not a failure. */
  record TimedOut(String reason) implements SessionEnd {
    @Override
    public Cause cause() {
      return Cause.IDLE;
    }
  }

  /**
   * Any other {@code x-fal-error}, such as {@code INTERNAL_ERROR}: an input failed, never named.
   *
   * @param error fal's word
   */
  record AppFailed(String error, String detail) implements SessionEnd {
    @Override
    public String reason() {
      return detail.equals(error) ? error : error + ": " + detail;
    }

    @Override
    public Cause cause() {
      return Cause.APP_ERROR;
    }
  }

  /** fal said {@code Unauthorized} on an open session, or 401 or 403 to a token at its opening. */
  record Unauthorized(String reason) implements SessionEnd {
    @Override
    public Cause cause() {
      return Cause.DENIED;
    }
  }

  /** It, or its token, could not be had: the network, or an HTTP status. */
  record NotOpened(FalFailure failure) implements SessionEnd {
    @Override
    public String reason() {
      return failure.reason();
    }

    @Override
    public Cause cause() {
      return failure.cause();
    }
  }

  /** fal closed it in good order, with 1000 or without a code: it had no more to say. */
  record Closed(String reason) implements SessionEnd {
    @Override
    public Cause cause() {
      return Cause.ENDED;
    }
  }

  /** fal closed it with 1001, 1012 or 1013: its server goes away, restarts, or is overloaded. */
  record Away(String reason) implements SessionEnd {
    @Override
    public Cause cause() {
      return Cause.CONNECTION;
    }
  }

  /** It was open, and broke, or was closed with any other code. */
  record Lost(String reason) implements SessionEnd {
    @Override
    public Cause cause() {
      return Cause.CONNECTION;
    }
  }

  /** This side ended it; where nobody asked for that, because its outputs were not taken. */
  record Cut(String reason) implements SessionEnd {
    @Override
    public Cause cause() {
      return Cause.NOT_TAKEN;
    }
  }
}
