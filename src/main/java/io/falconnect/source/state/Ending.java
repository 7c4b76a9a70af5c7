// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

/**
 * How a watch ends that fal has not completed.
 *
 * @param outcome the outcome to publish
 * @param httpStatus the status of fal's last answer, or 0 where there was none
 * @param reason why, for the event's {@code error}
 * @param errorType fal's own word for the error, or null
 */
public record Ending(Outcome outcome, int httpStatus, String reason, String errorType) {
  /** An ending that fal has no word of its own for. */
  public Ending(Outcome outcome, int httpStatus, String reason) {
    this(outcome, httpStatus, reason, null);
  }
}
