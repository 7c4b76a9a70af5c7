// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;

/**
 * A failed attempt to get something from fal. {@link FailureClassifier} makes it; callers decide by
 * {@link #whose()} what to do next.
 *
 * @param whose who is responsible for the failure
 * @param cause why the attempt failed, for metrics
 * @param reason what happened: one bounded line without credentials, fit for a log or a record
 * @param httpStatus the HTTP status of fal's answer, or 0 where there was no answer
 * @param errorType fal's own error type, or null
 * @param retryAfter the wait that fal asked for before the next attempt, or null
 */
public record FalFailure(
    Whose whose,
    Cause cause,
    String reason,
    int httpStatus,
    String errorType,
    Duration retryAfter) {

  /** Who is responsible for a failure. */
  public enum Whose {
    /**
     * Nobody: the failure passes by itself and says nothing about the request. fal has certainly
     * not taken the input.
     */
    NOBODY,
    /**
     * The account: fal refuses its requests, or knows no such endpoint. {@link AccountAccess}
     * decides whether it is the request's own instead.
     */
    ACCOUNT,
    /** This request, for now: another attempt may succeed. Other requests are not affected. */
    REQUEST_FOR_NOW,
    /** This request, for good: another attempt would fail in the same way. */
    REQUEST_FOR_GOOD,
    /** Unknown: fal may or may not have taken the input. */
    UNKNOWN
  }

  /** A failure without an answer of fal. */
  public FalFailure(Whose whose, Cause cause, String reason) {
    this(whose, cause, reason, 0, null, null);
  }

  /** The same failure; its reason starts with the action that failed. */
  public FalFailure during(String action) {
    return new FalFailure(whose, cause, action + ": " + reason, httpStatus, errorType, retryAfter);
  }
}
