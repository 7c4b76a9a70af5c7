// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Does what follows from a status: publishes an event, or holds it back. With the last status of a
 * request it closes the watch, or schedules the fetch of its result. Owned by the task thread.
 */
final class StatusHandler {
  private final OutcomePolicy outcomes;
  private final LiveStreams streams;
  private final AttemptScheduler attempts;
  private final OpenWatches watches;
  private final Completions completions;
  private final PositionThrottle positions;
  private final LongSupplier nanoClock;

  StatusHandler(
      OutcomePolicy outcomes,
      LiveStreams streams,
      AttemptScheduler attempts,
      OpenWatches watches,
      Completions completions,
      PositionThrottle positions,
      LongSupplier nanoClock) {
    this.outcomes = outcomes;
    this.streams = streams;
    this.attempts = attempts;
    this.watches = watches;
    this.completions = completions;
    this.positions = positions;
    this.nanoClock = nanoClock;
  }

  /**
   * Handles a status of a watch's stream.
   *
   * @param readAt when it was read: epoch milliseconds
   */
  void onStatus(LiveStream live, StatusUpdate update, long readAt) {
    ActiveWatch watch = live.watch;
    List<LogLine> newLines = live.newLogLines(update);
    if (outcomes.waitsForResult(update.phase())) {
      watch.history.onStatus(true);
      endStream(watch);
      completions.hold(watch, update, newLines, live.publishedLogs(), readAt);
      attempts.schedule(watch);
      return;
    }
    Outcome outcome = outcomes.outcomeOf(update.phase());
    if (outcome == null && positions.hold(watch, update, !newLines.isEmpty(), readAt)) {
      watch.history.onStatus(true);
      return;
    }
    StatusUpdate explained = outcomes.explainEnd(update);
    Optional<WatchState.Step> step =
        watch.state().onUpdate(explained, outcome, newLines, live.publishedLogs(), readAt);
    watch.history.onStatus(step.isPresent());
    if (step.isPresent()) {
      publish(watch, step.get());
    }
  }

  private void publish(ActiveWatch watch, WatchState.Step step) {
    boolean finished = step.after().finished() != null;
    if (finished) {
      endStream(watch);
    }
    if (outcomes.isOver(step.after())) {
      watches.closeWithEvent(watch, step);
      return;
    }
    watches.publish(watch, step);
    if (finished) {
      attempts.schedule(watch);
    }
  }

  /** The request has ended: no further status follows, and from now on the result is awaited. */
  private void endStream(ActiveWatch watch) {
    watch.completedAt = nanoClock.getAsLong();
    streams.drain(watch);
  }
}
