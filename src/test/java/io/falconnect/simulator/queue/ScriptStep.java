// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import java.time.Duration;
import java.util.List;

/**
 * One change in a request's life.
 *
 * @param after how long the previous step lasts; ignored for the first step, which begins with the
 *     request
 * @param status fal's status, or an unknown one
 * @param queuePosition null unless in the queue
 * @param lines the log lines this step adds
 * @param inferenceTime null for {@code metrics: null}
 * @param error null unless the request failed
 * @param errorType null unless the request failed
 * @param endsStream whether the stream closes after this status although it is not {@code
 *     COMPLETED}
 */
public record ScriptStep(
    Duration after,
    String status,
    Long queuePosition,
    List<LogLine> lines,
    Double inferenceTime,
    String error,
    String errorType,
    boolean endsStream) {

  static final String IN_QUEUE = "IN_QUEUE";
  static final String IN_PROGRESS = "IN_PROGRESS";
  static final String COMPLETED = "COMPLETED";

  static ScriptStep cancelled() {
    return new ScriptStep(
        Duration.ZERO,
        COMPLETED,
        null,
        List.of(),
        null,
        "Request was cancelled by the client",
        "client_cancelled",
        false);
  }

  boolean isCompleted() {
    return COMPLETED.equals(status);
  }

  /** Whether the stream closes after this status. */
  boolean isLast() {
    return endsStream || isCompleted();
  }

  boolean isFailed() {
    return error != null;
  }
}
