// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.util.OptionalInt;

/**
 * How many unanswered inputs a session may have.
 *
 * @param withoutIds as long as the app has not echoed a request id: then only the order ties inputs
 *     and outputs
 * @param withIds when the app has echoed one
 */
record SessionWindow(int withoutIds, int withIds) {
  /**
   * The window that follows from the configuration.
   *
   * @param set what the user has set, if anything
   * @param buffering how many inputs the app buffers
   */
  static SessionWindow of(Mode mode, OptionalInt set, int buffering) {
    return switch (mode) {
      // No input waits for an output.
      case SENT -> new SessionWindow(Integer.MAX_VALUE, Integer.MAX_VALUE);
      // Several outputs may come for an input: without ids they are told apart for one input only.
      case QUIET -> new SessionWindow(1, set.orElse(buffering));
      default -> new SessionWindow(set.orElse(1), set.orElse(buffering));
    };
  }
}
