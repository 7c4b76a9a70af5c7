// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.board;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.demo.settings.DemoException;
import java.util.Set;

/**
 * The latest known state of a prompt.
 *
 * @param requestId empty until it is submitted
 * @param sequence the number of its last status event, -1 before the first
 * @param status fal's status; before the first, "written" or "submitted"
 * @param position in the queue, empty outside of it
 * @param lastLine of the runner's log, or the error that ended the request
 * @param outcome empty until the end
 * @param result the record of the result topic, null until then
 */
public record PromptRow(
    String prompt,
    String requestId,
    long sequence,
    String status,
    String position,
    String lastLine,
    String outcome,
    JsonNode result) {
  private static final Set<String> WITH_RESULT = Set.of("SUCCEEDED", "FAILED");

  /** A row of a prompt that was written to its topic. */
  static PromptRow ofPrompt(String prompt) {
    return new PromptRow(prompt, "", -1, "written", "", "", "", null);
  }

  /** The row after the request was submitted. */
  PromptRow withRequest(String id) {
    if (!requestId.isEmpty()) {
      throw new DemoException(
          "Prompt %s: request %s came after %s.".formatted(prompt, id, requestId));
    }
    return new PromptRow(prompt, id, sequence, "submitted", "", "", "", null);
  }

  /** The row after a status event. Throws if an event is missing or repeated. */
  PromptRow withStatus(JsonNode event) {
    requireSameRequest(event);
    long number = event.path("sequence").asLong();
    if (number != sequence + 1) {
      throw new DemoException(
          "Request %s: event %d came where %d had to.".formatted(requestId, number, sequence + 1));
    }
    return new PromptRow(
        prompt,
        requestId,
        number,
        event.path("status").asText(),
        event.path("queue_position").asText(""),
        lastLine(event),
        event.path("outcome").asText(""),
        result);
  }

  /** The row with its result. Throws on a second result. */
  PromptRow withResult(JsonNode came) {
    requireSameRequest(came);
    if (result != null) {
      throw new DemoException("Request " + requestId + ": a second result came.");
    }
    return new PromptRow(prompt, requestId, sequence, status, position, lastLine, outcome, came);
  }

  public boolean hasOutcome() {
    return !outcome.isEmpty();
  }

  /** Whether the request has ended and its result, if any, has arrived. */
  boolean isComplete() {
    return hasOutcome() && (result != null || !WITH_RESULT.contains(outcome));
  }

  /** The request id of the record must be the one that the headers lead to. */
  private void requireSameRequest(JsonNode told) {
    String id = told.path("request_id").asText();
    if (!id.equals(requestId)) {
      throw new DemoException(
          "What is told of request %s leads back to request %s.".formatted(id, requestId));
    }
  }

  private String lastLine(JsonNode event) {
    if (event.hasNonNull("error")) {
      return event.path("error").asText();
    }
    JsonNode logs = event.path("logs");
    return logs.isEmpty() ? lastLine : logs.get(logs.size() - 1).path("message").asText();
  }
}
