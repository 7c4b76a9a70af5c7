// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Frames of an app that are no outputs, such as a greeting: those in which a field has a value.
 *
 * @param field where the value is; the empty pointer is the frame itself
 * @param value as text
 */
public record FramePattern(JsonPointer field, String value) {
  /**
   * Reads {@code /pointer=value}.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static FramePattern parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("'" + text + "' is not of the form /pointer=value");
    }
    String pointer = text.substring(0, equals).trim();
    try {
      return new FramePattern(JsonPointer.compile(pointer), text.substring(equals + 1).trim());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a JSON pointer starts with '/', like /type", e);
    }
  }

  /** Whether the frame has the value in the field. */
  boolean matches(JsonNode frame) {
    JsonNode found = frame.at(field);
    return found.isValueNode() && found.asText().equals(value);
  }
}
