// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.LogCursor;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * The completed requests whose outcome only the result says. The result usually comes within a
 * second. Then one event says both, that the request is completed and its outcome. Otherwise the
 * event is published without an outcome, and the outcome follows with another event. Owned by the
 * task thread.
 */
final class Completions {
  /** A completion is published within two seconds, so this leaves one for the way to Kafka. */
  private static final Duration MAX_DELAY = Duration.ofSeconds(1);

  private final OutcomePolicy outcomes;
  private final OpenWatches watches;
  private final LongSupplier nanoClock;

  /** Watches with an unpublished completion, the oldest first. */
  private final Queue<ActiveWatch> unpublished = new ArrayDeque<>();

  /** Starts without a completion. */
  Completions(OutcomePolicy outcomes, OpenWatches watches, LongSupplier nanoClock) {
    this.outcomes = outcomes;
    this.watches = watches;
    this.nanoClock = nanoClock;
  }

  /**
   * Holds back what fal said until the outcome is known, for a second at most.
   *
   * @param newLines its log lines that were not published before
   * @param logs the log lines published with it, or null if no logs are wanted
   * @param readAt when it was read: epoch milliseconds
   */
  void hold(
      ActiveWatch watch, StatusUpdate update, List<LogLine> newLines, LogCursor logs, long readAt) {
    long age = Math.max(0, System.currentTimeMillis() - readAt);
    long publishAt = nanoClock.getAsLong() + MAX_DELAY.minusMillis(age).toNanos();
    watch.completion = new Completion(update, newLines, logs, readAt, publishAt, false);
    unpublished.add(watch);
  }

  /** Publishes the completions that have waited long enough, without an outcome. */
  void publishDue() {
    ActiveWatch oldest;
    while ((oldest = unpublished.peek()) != null) {
      boolean isHeld = !oldest.isClosed() && !oldest.completion.isPublished();
      if (isHeld && oldest.completion.publishAt() - nanoClock.getAsLong() > 0) {
        return;
      }
      unpublished.remove();
      publish(oldest);
    }
  }

  /** Publishes the completion of a watch if it is held back, without an outcome. */
  void publish(ActiveWatch watch) {
    Completion completion = watch.completion;
    if (watch.isClosed() || completion == null || completion.isPublished()) {
      return;
    }
    createStep(watch, completion, completion.update(), null)
        .ifPresent(step -> watches.publish(watch, step));
    watch.completion = completion.afterPublication();
  }

  /**
   * Publishes the outcome of a completed request. The watch stays open if its result record is
   * still to be published.
   */
  void publishOutcome(ActiveWatch watch, Ending ending) {
    WatchState.Step step = createLastStep(watch, ending);
    if (outcomes.isOver(step.after())) {
      watches.closeWithEvent(watch, step);
    } else {
      watches.publish(watch, step);
    }
  }

  private static WatchState.Step createLastStep(ActiveWatch watch, Ending ending) {
    LogCursor logs = watch.state().logs();
    Completion completion = watch.completion == null ? Completion.restored(logs) : watch.completion;
    StatusUpdate update = completion.update().withError(ending.reason(), ending.errorType());
    return createStep(watch, completion, update, ending.outcome()).orElseThrow();
  }

  private static Optional<WatchState.Step> createStep(
      ActiveWatch watch, Completion completion, StatusUpdate update, Outcome outcome) {
    long observedAt = completion.isPublished() ? System.currentTimeMillis() : completion.readAt();
    return watch
        .state()
        .onUpdate(update, outcome, completion.newLines(), completion.logs(), observedAt);
  }
}
