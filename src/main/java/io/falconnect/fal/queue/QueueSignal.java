// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FalFailure;

/** What a call to fal says to whoever opened it, in the order in which it happens. */
public sealed interface QueueSignal {
  /**
   * An event's data, or a plain status answer, as received.
   *
   * @param readAt when it was read: epoch milliseconds
   */
  record Data(StatusStream stream, String text, long readAt) implements QueueSignal {}

  /**
   * The stream is over; nothing follows. Said exactly once for every stream.
   *
   * @param failure why, or null where the server ended it cleanly
   */
  record Ended(StatusStream stream, FalFailure failure) implements QueueSignal {}

  /**
   * A result was fetched. Said exactly once for every fetch that {@link ResultFailed} does not end.
   */
  record ResultFetched(ResultFetch fetch, FalResult result) implements QueueSignal {}

  /** A result could not be fetched. */
  record ResultFailed(ResultFetch fetch, FalFailure failure) implements QueueSignal {}
}
