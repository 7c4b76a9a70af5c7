// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;

/** What a realtime session says, in the order in which it happens. */
public sealed interface RealtimeSignal {
  /** Who says it. */
  RealtimeSession session();

  /** Inputs may be sent. */
  record Opened(RealtimeSession session) implements RealtimeSignal {}

  /**
   * An output: any frame that is not one of fal's own control frames.
   *
   * @param json decoded; binary in it became base64 text
   * @param readAt when it was read: epoch milliseconds
   */
  record Output(RealtimeSession session, JsonNode json, long readAt) implements RealtimeSignal {}

  /** {@code x-fal-message} with {@code action} {@code timings}: the work on an input is over. */
  record Timings(RealtimeSession session) implements RealtimeSignal {}

  /**
   * A frame that could not be understood.
   *
   * @param reason why, in words
   */
  record Garbled(RealtimeSession session, String reason) implements RealtimeSignal {}

  /** It is over; nothing follows. Said exactly once for every session. */
  record Ended(RealtimeSession session, SessionEnd end) implements RealtimeSignal {}
}
