// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.util.Locale;

/** Why an attempt came to nothing, or why a stream or a session is over; for counting them. */
public enum Cause {
  /** The connection could not be made, broke, or timed out. */
  CONNECTION,
  /** An HTTP status that is worth another attempt, other than 429. */
  UNAVAILABLE,
  /** HTTP 429. */
  RATE_LIMIT,
  /** The key or the token was refused. */
  DENIED,
  /** HTTP 404. */
  NOT_FOUND,
  /** Any other answer that another attempt would not change. */
  REJECTED,
  /** Nothing was told for too long. */
  SILENT,
  /** It ended without what it was opened for. */
  INCOMPLETE,
  /** What came could not be understood, or was too large. */
  MALFORMED,
  /** What came was not taken in time by this side. */
  NOT_TAKEN,
  /** An input made the app fail. */
  APP_ERROR,
  /** An input was not answered in time. */
  TIMEOUT,
  /** fal ended it in good order. */
  ENDED,
  /** fal ended it because nobody sent anything. */
  IDLE;

  /** As metrics say it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
