// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure;

/** What a call with an input says, in the order in which it happens. */
public sealed interface CallSignal {
  /** Who says it. */
  FalCall call();

  /** fal has begun to stream: until the call ends, it is not failing. */
  record Opened(FalCall call) implements CallSignal {}

  /**
   * A progressive output: one event of a stream.
   *
   * @param readAt when it was read: epoch milliseconds
   */
  record Event(FalCall call, JsonNode json, long readAt) implements CallSignal {}

  /** The stream has ended in good order. Nothing follows. */
  record Closed(FalCall call) implements CallSignal {}

  /**
   * The answer came in one piece. Nothing follows.
   *
   * @param readAt when it was read: epoch milliseconds
   */
  record Answered(FalCall call, JsonNode json, long readAt) implements CallSignal {}

  /**
   * The call came to nothing, or the stream broke. Nothing follows.
   *
   * @param error fal's word for it, or the connector's
   */
  record Failed(FalCall call, FalFailure failure, String error) implements CallSignal {}
}
