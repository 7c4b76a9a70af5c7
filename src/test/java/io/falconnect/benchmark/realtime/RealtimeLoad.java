// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a realtime app is given.
 *
 * @param inputs how many
 * @param window the most that are unanswered at a time
 * @param workMillis how long the app works on each
 * @param ratePerSecond how many come a second; 0 where all are there from the start
 */
public record RealtimeLoad(int inputs, int window, int workMillis, int ratePerSecond) {
  /** What an app lets wait where it is not asked to let more wait. */
  public static final int USUAL_WINDOW = 2;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROMPT = "a red fox in deep snow, early morning, ".repeat(4);

  /** The input of a number, about 250 bytes: it says when it was made, and outputs echo it. */
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
