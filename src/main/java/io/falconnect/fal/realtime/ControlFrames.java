// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FailureClassifier;

/**
 * fal's own words among the frames of a realtime session, as its AsyncAPI description and its
 * server framework have them: {@code x-fal-error} and {@code x-fal-message} by their type, and a
 * refused token as {@code {"status": "error", "error": "Unauthorized"}}. Stateless.
 */
final class ControlFrames {
  private ControlFrames() {}

  /**
   * The end of the session that a frame tells.
   *
   * @param words makes its texts fit for reasons
   * @return null where it tells none
   */
  static SessionEnd end(JsonNode frame, FailureClassifier words) {
    if (isOfType(frame, "x-fal-error")) {
      return failed(words.fit(text(frame, "error")), words.fit(text(frame, "reason")));
    }
    // An app's own output may have such fields too, but then it says whose output it is.
    boolean error = text(frame, "status").equals("error") && !frame.hasNonNull("request_id");
    String word = text(frame, "error");
    if (!error || word.isEmpty()) {
      return null;
    }
    return word.equals("Unauthorized")
        ? new SessionEnd.Unauthorized(word)
        : failed(words.fit(word), words.fit(text(frame, "reason")));
  }

  /** Whether it tells that the work on an input is over. */
  static boolean isTimings(JsonNode frame) {
    return isMessage(frame) && text(frame, "action").equals("timings");
  }

  /** Whether it is a message of fal's, and no output. */
  static boolean isMessage(JsonNode frame) {
    return isOfType(frame, "x-fal-message");
  }

  private static SessionEnd failed(String word, String told) {
    String error = word.isBlank() ? "APP_ERROR" : word;
    SessionEnd failed = new SessionEnd.AppFailed(error, told.isBlank() ? error : told);
    return error.equals("TIMEOUT") ? new SessionEnd.TimedOut(failed.reason()) : failed;
  }

  private static boolean isOfType(JsonNode frame, String type) {
    return text(frame, "type").equals(type);
  }

  /** Empty where there is none. */
  private static String text(JsonNode frame, String field) {
    JsonNode value = frame.path(field);
    return value.isContainerNode() ? value.toString() : value.asText("");
  }
}
