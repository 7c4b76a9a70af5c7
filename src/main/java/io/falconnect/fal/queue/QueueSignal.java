// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FalFailure;

/** What streams and fetches report, in the order in which it happens. */
public sealed interface QueueSignal {
  /**
   * The data of one event of a stream, or a plain status answer, as received.
   *
   * @param readAt when the event was read: epoch milliseconds
   */
  record StreamEvent(StatusStream stream, String text, long readAt) implements QueueSignal {}

  /**
   * The stream has ended. Comes exactly once for every stream, and is its last signal.
   *
   * @param failure why the stream ended, or null if the server ended it cleanly
   */
  record StreamEnded(StatusStream stream, FalFailure failure) implements QueueSignal {}

  /** A result was fetched. Every fetch ends with exactly one of this and {@link ResultFailed}. */
  record ResultFetched(ResultFetch fetch, FalResult result) implements QueueSignal {}

  /** A result could not be fetched. */
  record ResultFailed(ResultFetch fetch, FalFailure failure) implements QueueSignal {}
}
