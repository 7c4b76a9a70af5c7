// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import java.util.Locale;

/**
 * How far a request is, by its last status. This is the only place that knows which statuses end a
 * request.
 *
 * <p>fal documents {@code IN_QUEUE}, {@code IN_PROGRESS} and {@code COMPLETED}. A request may go
 * back to {@code IN_QUEUE} when fal tries another runner. {@code COMPLETED} is the last status.
 * With {@code error} or {@code error_type} it says that the request failed; without them only the
 * result says whether it did. Unofficial schemas have {@code FAILED}, {@code ERROR}, {@code
 * CANCELLED} and {@code CANCELED} as well, and fal has an error type {@code client_cancelled}.
 */
public enum RequestPhase {
  /** Another status will follow. */
  UNFINISHED,
  /** A status that is not known here. It may be the last one. */
  UNKNOWN,
  /** Completed without an error. Only the result says whether the request succeeded. */
  COMPLETED,
  /** Ended with an error. */
  FAILED,
  /** Cancelled at fal. */
  CANCELLED;

  private static final String CLIENT_CANCELLED = "client_cancelled";

  static RequestPhase of(StatusUpdate update) {
    RequestPhase phase =
        switch (update.status().toUpperCase(Locale.ROOT)) {
          case "IN_QUEUE", "IN_PROGRESS" -> UNFINISHED;
          case "COMPLETED" -> COMPLETED;
          case "FAILED", "ERROR" -> FAILED;
          case "CANCELLED", "CANCELED" -> CANCELLED;
          default -> UNKNOWN;
        };
    if (phase == COMPLETED && (update.error() != null || update.errorType() != null)) {
      phase = FAILED;
    }
    return phase == FAILED && isCancellation(update.errorType()) ? CANCELLED : phase;
  }

  /**
   * Whether an error type says that the request was cancelled.
   *
   * @param errorType fal's type of the error, or null
   */
  public static boolean isCancellation(String errorType) {
    return CLIENT_CANCELLED.equals(errorType);
  }

  /** Whether no further status will follow. */
  public boolean isOver() {
    return this != UNFINISHED && this != UNKNOWN;
  }
}
