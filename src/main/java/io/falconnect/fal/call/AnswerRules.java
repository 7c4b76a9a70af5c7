// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * How the answers to calls are read.
 *
 * @param responseTimeout how long fal may take until the first byte of an answer's body: a cold
 *     model says nothing for minutes
 * @param idleTimeout how long fal may be silent after that byte
 * @param readsErrors whether an output may be an error that came as data: no status tells of it
 * @param errorField where an output has its error; null if nowhere
 */
public record AnswerRules(
    Duration responseTimeout, Duration idleTimeout, boolean readsErrors, JsonPointer errorField) {

  /** Answers in one piece, in which nothing is an error that came with a good status. */
  public static AnswerRules onePiece(Duration idleTimeout) {
    return new AnswerRules(idleTimeout, idleTimeout, false, null);
  }

  /** Streams of outputs. */
  public static AnswerRules stream(
      Duration responseTimeout, Duration idleTimeout, JsonPointer errorField) {
    return new AnswerRules(responseTimeout, idleTimeout, true, errorField);
  }

  /**
   * The error that an output is or has, or null. Workflows send {@code {"type": "error"}} as an
   * event of its own; LLM routers add an {@code error} to an output.
   */
  JsonNode findError(JsonNode output) {
    if (!readsErrors) {
      return null;
    }
    if ("error".equals(output.path("type").textValue())) {
      return output;
    }
    JsonNode error = errorField == null ? null : output.at(errorField);
    return error == null || isNoError(error) ? null : error;
  }

  private static boolean isNoError(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || value.isBoolean() && !value.booleanValue()
        || value.isTextual() && value.textValue().isEmpty()
        || value.isContainerNode() && value.isEmpty();
  }
}
