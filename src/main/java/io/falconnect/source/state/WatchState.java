// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.StatusUpdate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An open watch as it is stored in the source offset: which request, and what was last published of
 * it.
 *
 * @param request the watched request
 * @param controlOffset the offset of the control record that asked for the watch
 * @param sequence the next event's sequence
 * @param status the last status published, or null
 * @param queuePosition the last queue position published, or null
 * @param logs the log lines published, or null where logs were not asked for
 * @param finished the published outcome while only the result is still to be fetched, else null
 * @param askedAt the timestamp of the control record, epoch milliseconds; 0 if it is not kept
 */
public record WatchState(
    QueueRequest request,
    long controlOffset,
    long sequence,
    String status,
    Long queuePosition,
    LogCursor logs,
    Outcome finished,
    long askedAt) {

  /** In the order of the control records that asked for the watches. */
  static final Comparator<WatchState> OLDEST_FIRST =
      Comparator.comparingLong(WatchState::controlOffset);

  /** The status of a watch that received no status from fal. */
  static final String UNKNOWN = "UNKNOWN";

  private static final String COMPLETED = "COMPLETED";

  /** An event, and the watch after it. */
  public record Step(StatusEvent event, WatchState after) {}

  /** A watch without the timestamp of its control record. */
  public WatchState(
      QueueRequest request,
      long controlOffset,
      long sequence,
      String status,
      Long queuePosition,
      LogCursor logs,
      Outcome finished) {
    this(request, controlOffset, sequence, status, queuePosition, logs, finished, 0);
  }

  /** The same watch with the timestamp of its control record: epoch milliseconds. */
  public WatchState withAskedAt(long timestamp) {
    return new WatchState(
        request, controlOffset, sequence, status, queuePosition, logs, finished, timestamp);
  }

  /**
   * A watch of which nothing was published yet.
   *
   * @param logs whether the runner's log lines are to be published
   */
  public static WatchState initial(QueueRequest request, long controlOffset, boolean logs) {
    LogCursor cursor = logs ? LogCursor.NONE : null;
    return new WatchState(request, controlOffset, 0, null, null, cursor, null);
  }

  public RequestIdentity identity() {
    return RequestIdentity.of(request);
  }

  /**
   * The event to publish of an update from fal; empty where the update says nothing new.
   *
   * @param outcome the outcome if the watch ends with this update, else null
   * @param fresh its log lines that were not published before
   * @param logsAfter the log cursor with those lines
   * @param observedAt when it was read, epoch milliseconds
   */
  public Optional<Step> onUpdate(
      StatusUpdate update,
      Outcome outcome,
      List<LogLine> fresh,
      LogCursor logsAfter,
      long observedAt) {
    if (finished != null || outcome == null && !isNews(update, fresh)) {
      return Optional.empty();
    }
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
            request,
            controlOffset,
            sequence + 1,
            update.status(),
            update.queuePosition(),
            logsAfter,
            outcome,
            askedAt);
    return Optional.of(new Step(event, after));
  }

  /** Whether {@code COMPLETED} is published, and the outcome is not: the result decides. */
  public boolean isCompletedWithoutOutcome() {
    return finished == null && COMPLETED.equalsIgnoreCase(status);
  }

  private boolean isNews(StatusUpdate update, List<LogLine> fresh) {
    return !update.status().equals(status)
        || !Objects.equals(update.queuePosition(), queuePosition)
        || !fresh.isEmpty();
  }

  /**
   * The last event of a watch that ends without fal having completed the request.
   *
   * @param observedAt when it ends, epoch milliseconds
   */
  public StatusEvent lastEvent(Ending ending, long observedAt) {
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
