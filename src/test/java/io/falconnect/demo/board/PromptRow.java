// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.board;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.demo.settings.DemoException;
import java.util.Set;

/**
 * A prompt as the last that was told of it leaves it.
 *
 * @param requestId empty until it is submitted
 * @param sequence the number of its last status event, -1 before the first
 * @param status fal's word, or how far it came towards fal
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

  /** Of a prompt that is in its topic. */
  static PromptRow ofPrompt(String prompt) {
    return new PromptRow(prompt, "", -1, "written", "", "", "", null);
  }

  /** Once fal has made a request of it. */
  PromptRow withRequest(String id) {
    if (!requestId.isEmpty()) {
      throw new DemoException(
          "Prompt %s: request %s came after %s.".formatted(prompt, id, requestId));
    }
    return new PromptRow(prompt, id, sequence, "submitted", "", "", "", null);
  }

  /** After a status event. */
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

  /** With its result. */
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

  /** Whether nothing more is to come. */
  boolean isComplete() {
    return hasOutcome() && (result != null || !WITH_RESULT.contains(outcome));
  }

  /** What headers say and what the record says has to be the same. */
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
