// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The load of a realtime run.
 *
 * @param inputs how many
 * @param window the most that are unanswered at a time
 * @param workMillis how long the app works on each
 * @param ratePerSecond how many come a second; 0 where all are there from the start
 */
public record RealtimeLoad(int inputs, int window, int workMillis, int ratePerSecond) {
  /** How many inputs an app buffers by default. */
  public static final int USUAL_WINDOW = 2;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROMPT = "a red fox in deep snow, early morning, ".repeat(4);

  /** Input number n, about 250 bytes, with the time it was made; outputs echo it. */
  ObjectNode createInput(int number, long nowMicros) {
    return JSON.createObjectNode()
        .put("prompt", PROMPT)
        .put("seed", number)
        .put("number", number)
        .put("sent_at", nowMicros);
  }

  public boolean asksForWindow() {
    return window != USUAL_WINDOW;
  }

  @Override
  public String toString() {
    String pace = ratePerSecond == 0 ? "at once" : ratePerSecond + " a second";
    return inputs + " inputs " + pace + ", window " + window + ", " + workMillis + " ms of work";
  }
}
