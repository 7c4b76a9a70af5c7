// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * When a realtime input is done.
 *
 * @param mode by what it is seen
 * @param quiet for {@code QUIET}: without a frame for so long, it is done
 * @param field for {@code FIELD}: where in a frame to look
 * @param value for {@code FIELD}: as text, what has to be there; null for anything but null and
 *     false
 */
public record CompletionRule(Mode mode, Duration quiet, JsonPointer field, String value) {
  /** By what it is seen that an input is done. */
  public enum Mode {
    FIRST,
    TIMINGS,
    QUIET,
    FIELD,
    SENT
  }

  /** For {@code FIELD}: whether an output is an input's last. */
  boolean marks(JsonNode output) {
    JsonNode found = output.at(field);
    if (value != null) {
      return found.isValueNode() && found.asText().equals(value);
    }
    boolean nothing = found.isMissingNode() || found.isNull();
    return !nothing && !(found.isBoolean() && !found.booleanValue());
  }
}
