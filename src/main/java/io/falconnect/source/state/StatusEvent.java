// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import java.util.List;
import java.util.Map;

/**
 * One event of a watch as it is published. {@code docs/source.md} describes the fields under the
 * status record.
 *
 * @param observedAt when the connector read it, epoch milliseconds
 */
public record StatusEvent(
    QueueRequest request,
    long sequence,
    String status,
    Outcome outcome,
    Long queuePosition,
    List<LogLine> logs,
    Map<String, Double> metrics,
    String responseUrl,
    String error,
    String errorType,
    String raw,
    long observedAt) {
  public StatusEvent withoutRaw() {
    return new StatusEvent(
        request,
        sequence,
        status,
        outcome,
        queuePosition,
        logs,
        metrics,
        responseUrl,
        error,
        errorType,
        null,
        observedAt);
  }
}
