// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;

/** An event of a realtime session. The events of one session come in the order they happened. */
public sealed interface RealtimeSignal {
  /** The session that the event is of. */
  RealtimeSession session();

  /** The session is open: inputs may be sent. */
  record Opened(RealtimeSession session) implements RealtimeSignal {}

  /**
   * An output of the app: any frame that is not a control frame of fal.
   *
   * @param json the decoded frame; binary values became base64 text
   * @param readAt when the frame was read: epoch milliseconds
   */
  record Output(RealtimeSession session, JsonNode json, long readAt) implements RealtimeSignal {}

  /** {@code x-fal-message} with {@code action} {@code timings}: fal has finished an input. */
  record Timings(RealtimeSession session) implements RealtimeSignal {}

  /**
   * A frame that is no output of any input: it was read before the first input was sent, or it is
   * text that is not JSON.
   *
   * @param reason for a log: bounded, without credentials
   */
  record PassedOver(RealtimeSession session, String reason) implements RealtimeSignal {}

  /**
   * A binary frame that holds neither MessagePack nor JSON nor text. The session goes on.
   *
   * @param reason for a log or a record: bounded, without credentials
   */
  record Undecodable(RealtimeSession session, String reason) implements RealtimeSignal {}

  /**
   * The session has ended and its connection is gone. The last event of every session, told once.
   */
  record Ended(RealtimeSession session, SessionEnd end) implements RealtimeSignal {}
}
