// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure;

/** What happens to a call with an input, in this order. */
public sealed interface CallSignal {
  /** The call that sends the signal. */
  FalCall call();

  /** fal has begun to stream. */
  record Opened(FalCall call) implements CallSignal {}

  /**
   * A progressive output: one event of a stream.
   *
   * @param readAt when the event was read: epoch milliseconds
   */
  record Event(FalCall call, JsonNode json, long readAt) implements CallSignal {}

  /** The stream has ended in good order, after at least one event. The last signal. */
  record Closed(FalCall call) implements CallSignal {}

  /**
   * The answer came in one piece. The last signal.
   *
   * @param readAt when the answer was read: epoch milliseconds
   */
  record Answered(FalCall call, JsonNode json, long readAt) implements CallSignal {}

  /**
   * The call has failed, or the stream broke. The last signal.
   *
   * @param error the name of the error for result records and dead letters: fal's error type, or
   *     the connector's own word
   */
  record Failed(FalCall call, FalFailure failure, String error) implements CallSignal {}
}
