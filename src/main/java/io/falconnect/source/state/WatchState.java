// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.StatusUpdate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An open watch as it stands in the source offset: whose it is, and what was last published.
 *
 * @param request the watched request
 * @param sequence the next event's sequence
 * @param status the last status published, or null
 * @param queuePosition the last queue position published, or null
 * @param logs the log lines published, or null where logs were not asked for
 * @param finished the outcome, where it is published and only the result is still to be fetched
 */
public record WatchState(
    QueueRequest request,
    long sequence,
    String status,
    Long queuePosition,
    LogCursor logs,
    Outcome finished) {

  /** The status of a watch that fal never told anything about. */
  static final String UNKNOWN = "UNKNOWN";

  /** An event, and the watch after it. */
  public record Step(StatusEvent event, WatchState after) {}

  public static WatchState asked(QueueRequest request, boolean logs) {
    return new WatchState(request, 0, null, null, logs ? LogCursor.NONE : null, null);
  }

  /**
   * What to publish of an update: nothing, where it says nothing that differs from what was last
   * published.
   *
   * @param fresh its log lines that were not published before
   * @param logsAfter the log cursor with those lines
   * @param observedAt when it was read, epoch milliseconds
   */
  public Optional<Step> told(
      StatusUpdate update, List<LogLine> fresh, LogCursor logsAfter, long observedAt) {
    boolean news =
        !update.status().equals(status)
            || !Objects.equals(update.queuePosition(), queuePosition)
            || !fresh.isEmpty()
            || update.completed();
    if (!news || finished != null) {
      return Optional.empty();
    }
    Outcome outcome =
        !update.completed() ? null : update.failed() ? Outcome.FAILED : Outcome.SUCCEEDED;
    StatusEvent event =
        new StatusEvent(
            request,
            sequence,
            update.status(),
            outcome,
            update.queuePosition(),
            fresh,
            update.metrics(),
            update.responseUrl(),
            update.error(),
            update.errorType(),
            update.raw(),
            observedAt);
    WatchState after =
        new WatchState(
            request, sequence + 1, update.status(), update.queuePosition(), logsAfter, outcome);
    return Optional.of(new Step(event, after));
  }

  /** The last event of a watch that ends without fal having completed the request. */
  public StatusEvent ended(Ending ending, long observedAt) {
    String last = status == null ? UNKNOWN : status;
    return new StatusEvent(
        request,
        sequence,
        last,
        ending.outcome(),
        null,
        List.of(),
        Map.of(),
        null,
        ending.reason(),
        ending.errorType(),
        null,
        observedAt);
  }
}
