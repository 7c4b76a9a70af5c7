// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Tells fal's own control frames from the outputs of an app. The frames are those of fal's AsyncAPI
 * description and its open server framework: {@code x-fal-error} and {@code x-fal-message} in the
 * field {@code type}, and a refused token as {@code {"status": "error", "error": "Unauthorized"}}.
 * Stateless.
 */
final class ControlFrames {
  private ControlFrames() {}

  /** What a decoded frame is. */
  enum Kind {
    /** An output of the app: any frame that is none of the others. */
    OUTPUT,
    /** {@code x-fal-message} with {@code action} {@code timings}: fal has finished an input. */
    TIMINGS,
    /**
     * Any other {@code x-fal-message}, and a frame of the app that the user says is no output.
     * Nothing follows from it.
     */
    IGNORED,
    /** An error, after which fal closes the session. */
    ERROR
  }

  /**
   * What the frame is. Whoever adds a frame that is no output adds it here.
   *
   * @param ignored the frames of the app that are no outputs
   */
  static Kind kindOf(JsonNode frame, List<FramePattern> ignored) {
    if (isOfType(frame, "x-fal-error") || isErrorStatus(frame)) {
      return Kind.ERROR;
    }
    if (isOfType(frame, "x-fal-message")) {
      return text(frame, "action").equals("timings") ? Kind.TIMINGS : Kind.IGNORED;
    }
    return ignored.stream().anyMatch(pattern -> pattern.matches(frame))
        ? Kind.IGNORED
        : Kind.OUTPUT;
  }

  /**
   * Whether an {@link Kind#ERROR} frame says that fal does not accept the session's token. {@code
   * Forbidden} is fal's word for the same in a close frame.
   */
  static boolean isUnauthorized(JsonNode frame) {
    String error = errorOf(frame);
    return !isOfType(frame, "x-fal-error")
        && (error.equalsIgnoreCase("Unauthorized") || error.equalsIgnoreCase("Forbidden"));
  }

  /** The word that names the error of an {@link Kind#ERROR} frame; may be empty. */
  static String errorOf(JsonNode frame) {
    return text(frame, "error");
  }

  /** The description in an {@link Kind#ERROR} frame; may be empty. */
  static String reasonOf(JsonNode frame) {
    return text(frame, "reason");
  }

  /** An output of an app may have such fields too, but then it names the input by its id. */
  private static boolean isErrorStatus(JsonNode frame) {
    return text(frame, "status").equals("error")
        && !errorOf(frame).isEmpty()
        && !frame.hasNonNull("request_id");
  }

  private static boolean isOfType(JsonNode frame, String type) {
    return text(frame, "type").equals(type);
  }

  /** A field as text; empty where the frame has no such field. */
  private static String text(JsonNode frame, String field) {
    JsonNode value = frame.path(field);
    return value.isContainerNode() ? value.toString() : value.asText("");
  }
}
