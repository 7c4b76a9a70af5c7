// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * How far a request is, by its last status. This is the only place that knows which statuses end a
 * request.
 *
 * <p>fal sends {@code IN_QUEUE}, {@code IN_PROGRESS} and {@code COMPLETED}. A request may go back
 * to {@code IN_QUEUE} when fal tries another runner. {@code COMPLETED} is the last status, and says
 * with {@code error} or {@code error_type} that the request failed. Any other status does not end a
 * request.
 */
public enum RequestPhase {
  /** Another status will follow. */
  UNFINISHED,
  /** Completed without an error. Only the result can still say that the request failed. */
  SUCCEEDED,
  /** Completed with an error. */
  FAILED;

  private static final String COMPLETED = "COMPLETED";

  static RequestPhase of(StatusUpdate update) {
    if (!update.status().equals(COMPLETED)) {
      return UNFINISHED;
    }
    return update.error() == null && update.errorType() == null ? SUCCEEDED : FAILED;
  }

  /** Whether no further status will follow. */
  public boolean isOver() {
    return this != UNFINISHED;
  }
}
