// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * What the result URL answered: a finished request's output, or its own error.
 *
 * @param httpStatus 200, or the status the request failed with
 * @param body the answer's text, or null where it was larger than asked for
 * @param error fal's words where the status is an error, or what made the body unfit, else null
 * @param errorType header {@code X-Fal-Error-Type}, else an error's own {@code error_type}, or null
 */
public record FalResult(int httpStatus, String body, String error, String errorType) {}
