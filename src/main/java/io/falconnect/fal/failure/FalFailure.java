// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;

/** Why a call to fal came to nothing, typed by what to do about it. */
public sealed interface FalFailure {
  /** What happened, fit for a log or a record: bounded, without credentials. */
  String reason();

  /** Why, in one of few words. */
  Cause cause();

  /** fal's own word for it, or null. */
  default String errorType() {
    return null;
  }

  /** The same, its reason preceded by what was being done. */
  FalFailure during(String what);

  /**
   * Worth another attempt: the network, a redirect, 407, 408, 409, 425, 429, 5xx.
   *
   * @param cause what it was
   * @param reason what happened
   * @param retryAfter how long fal asked to wait, or null
   * @param httpStatus what went wrong as fal says it, or 0 where it did not answer
   * @param errorType fal's own word for it, or null
   */
  record Retryable(
      Cause cause, String reason, Duration retryAfter, int httpStatus, String errorType)
      implements FalFailure {
    /** One without an answer. */
    public Retryable(Cause cause, String reason) {
      this(cause, reason, null, 0);
    }

    /** One that fal has no word of its own for. */
    public Retryable(Cause cause, String reason, Duration retryAfter, int httpStatus) {
      this(cause, reason, retryAfter, httpStatus, null);
    }

    @Override
    public FalFailure during(String what) {
      return new Retryable(cause, what + ": " + reason, retryAfter, httpStatus, errorType);
    }
  }

  /** 401 or 403: the key is missing, wrong, or not allowed to see this request. */
  record Denied(int httpStatus, String reason) implements FalFailure {
    @Override
    public Cause cause() {
      return Cause.DENIED;
    }

    @Override
    public FalFailure during(String what) {
      return new Denied(httpStatus, what + ": " + reason);
    }
  }

  /** 404: fal knows no such request. */
  record NotFound(String reason) implements FalFailure {
    @Override
    public Cause cause() {
      return Cause.NOT_FOUND;
    }

    @Override
    public FalFailure during(String what) {
      return new NotFound(what + ": " + reason);
    }
  }

  /** Any other answer that another attempt would not change. */
  record Rejected(int httpStatus, String reason, String errorType) implements FalFailure {
    /** One that fal has no word of its own for. */
    public Rejected(int httpStatus, String reason) {
      this(httpStatus, reason, null);
    }

    @Override
    public Cause cause() {
      return Cause.REJECTED;
    }

    @Override
    public FalFailure during(String what) {
      return new Rejected(httpStatus, what + ": " + reason, errorType);
    }
  }
}
