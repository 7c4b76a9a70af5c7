// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * The answer of a result URL: the output of a request, or its own error.
 *
 * @param httpStatus 200, or the status that the request failed with; 0 if fal gave no answer
 * @param body the text of the answer, or null if it was larger than allowed or there is none
 * @param error fal's message if the status is an error, or what is wrong with the body, else null
 * @param errorType header {@code X-Fal-Error-Type}, else the error's own {@code error_type}, or
 *     null
 * @param billableUnits header {@code X-Fal-Billable-Units}, or null
 */
public record FalResult(
    int httpStatus, String body, String error, String errorType, Double billableUnits) {
  private static final int NOT_FOUND = 404;

  /** A result of which it is not known what it costs. */
  public FalResult(int httpStatus, String body, String error, String errorType) {
    this(httpStatus, body, error, errorType, null);
  }

  /** Whether the request succeeded: the answer is an output, whether it was read or not. */
  public boolean isOutput() {
    return httpStatus / 100 == 2;
  }

  /** Whether fal has no result of the request: the error of an app has a type. */
  public boolean isMissing() {
    return httpStatus == NOT_FOUND && errorType == null;
  }
}
