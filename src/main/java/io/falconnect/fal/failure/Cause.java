// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.util.Locale;

/** Why an attempt failed, or why a stream or a session ended; metrics count by it. */
public enum Cause {
  /** The connection could not be made, or broke. */
  CONNECTION,
  /** This side has no more sockets or threads. */
  LOCAL_LIMIT,
  /** An HTTP status that another attempt may not get again, other than 429. */
  UNAVAILABLE,
  /** HTTP 429. */
  RATE_LIMIT,
  /** fal refuses the key, the token, or the account. */
  DENIED,
  /** HTTP 404. */
  NOT_FOUND,
  /** Any other answer that another attempt would get again. */
  REJECTED,
  /** Nothing arrived for too long. */
  SILENT,
  /** An answer or a stream ended without what was asked for. */
  INCOMPLETE,
  /** What arrived cannot be decoded, or is too large. */
  MALFORMED,
  /** This side read too slowly what arrived. */
  NOT_TAKEN,
  /** An input made the app fail. */
  APP_ERROR,
  /** An input was not answered in time. */
  TIMEOUT,
  /** A stream or a session ended in good order. */
  ENDED,
  /** fal ended a session because nobody sent anything. */
  IDLE;

  /**
   * Whether the failure says nothing about a request: too much is under way, at fal or on this
   * side. It delays, and ends nothing.
   */
  public boolean isThrottle() {
    return this == RATE_LIMIT || this == LOCAL_LIMIT;
  }

  /** The name as metrics show it, such as {@code rate-limit}. */
  public String metricName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
