// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request as its last status event leaves it.
 *
 * @param sequence the number of its last event
 * @param position in the queue, empty outside of it
 * @param lastLine of the runner's log, or the error that ended the request
 * @param outcome empty until the end
 */
record Row(
    String requestId,
    String endpoint,
    long sequence,
    String status,
    String position,
    String lastLine,
    String outcome) {

  /** The row after an event, given the one before it or null. */
  static Row after(Row before, JsonNode event) {
    String id = event.path("request_id").asText();
    long sequence = event.path("sequence").asLong();
    long expected = before == null ? 0 : before.sequence + 1;
    if (sequence != expected) {
      throw new DemoException(
          "Request %s: event %d came where %d had to.".formatted(id, sequence, expected));
    }
    return new Row(
        id,
        event.path("endpoint_id").asText(),
        sequence,
        event.path("status").asText(),
        event.path("queue_position").asText(""),
        lastLine(before, event),
        event.path("outcome").asText(""));
  }

  boolean over() {
    return !outcome.isEmpty();
  }

  private static String lastLine(Row before, JsonNode event) {
    if (event.hasNonNull("error")) {
      return event.path("error").asText();
    }
    JsonNode logs = event.path("logs");
    if (logs.isEmpty()) {
      return before == null ? "" : before.lastLine;
    }
    return logs.get(logs.size() - 1).path("message").asText();
  }
}
