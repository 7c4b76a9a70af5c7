// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.state.LogCursor;
import java.util.List;

/**
 * That fal has completed a request whose outcome is not known yet.
 *
 * @param update what fal said
 * @param newLines its log lines that were not published before
 * @param logs the log lines that are published with this event, or null if no logs are wanted
 * @param readAt when it was read: epoch milliseconds
 * @param publishAt when it is published at the latest: nano time
 * @param isPublished whether it is published already, without an outcome
 */
record Completion(
    StatusUpdate update,
    List<LogLine> newLines,
    LogCursor logs,
    long readAt,
    long publishAt,
    boolean isPublished) {

  /** A completion that was published before the task was restarted. */
  static Completion restored(LogCursor logs) {
    return new Completion(StatusUpdate.completed(), List.of(), logs, 0, 0, true);
  }

  /** What is left of the completion for the last event. */
  Completion afterPublication() {
    return new Completion(update.withoutDetails(), List.of(), logs, readAt, publishAt, true);
  }
}
