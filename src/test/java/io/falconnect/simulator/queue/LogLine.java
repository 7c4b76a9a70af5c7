// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.http.Json;
import java.time.Instant;

/** One log line of a runner. A null timestamp is set when the line is written. */
public record LogLine(String message, String level, String source, String timestamp) {

  public static LogLine info(String message) {
    return new LogLine(message, "INFO", "run", null);
  }

  LogLine withTimestamp(Instant time) {
    return timestamp != null ? this : new LogLine(message, level, source, time.toString());
  }

  public ObjectNode toJson() {
    return Json.object()
        .put("message", message)
        .put("level", level)
        .put("source", source)
        .put("timestamp", timestamp);
  }
}
