// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * When a realtime input is finished, as the configuration says.
 *
 * @param mode what finishes an input
 * @param quiet for {@code QUIET}: the time without an output after which the input is finished
 * @param field for {@code FIELD}: the field of the output that is looked at
 * @param value for {@code FIELD}: the value of that field, as text, in the last output; null for
 *     any value but null and false
 */
public record CompletionRule(Mode mode, Duration quiet, JsonPointer field, String value) {
  /** What finishes an input. */
  public enum Mode {
    /** Its first output. */
    FIRST,
    /** The {@code timings} message of fal that follows its outputs. */
    TIMINGS,
    /** A time without another output. */
    QUIET,
    /** A field in its last output. */
    FIELD,
    /** That it was written to the connection. */
    SENT
  }

  /** For {@code FIELD}: whether an output is the last one of its input. */
  boolean isLast(JsonNode output) {
    JsonNode found = output.at(field);
    if (value != null) {
      return found.isValueNode() && found.asText().equals(value);
    }
    boolean missing = found.isMissingNode() || found.isNull();
    return !missing && !(found.isBoolean() && !found.booleanValue());
  }
}
