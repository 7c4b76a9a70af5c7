// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Holds back events of a watch that differ in nothing but the queue position. They are published at
 * most once in an interval, the newest of them when it is due. Owned by the task thread.
 */
final class PositionThrottle {
  private final long intervalNanos;
  private final OpenWatches watches;
  private final LongSupplier nanoClock;
  private final DueQueue due;

  /**
   * A position that is held back.
   *
   * @param readAt when it was read: epoch milliseconds
   */
  record Held(StatusUpdate update, long readAt) {}

  /**
   * Starts with nothing held back.
   *
   * @param interval the least time between two positions of one watch; zero holds nothing back
   */
  PositionThrottle(Duration interval, OpenWatches watches, LongSupplier nanoClock) {
    this.intervalNanos = interval.toNanos();
    this.watches = watches;
    this.nanoClock = nanoClock;
    this.due = new DueQueue(nanoClock);
  }

  /**
   * Holds an update back if it only has another position and the last event of the watch is younger
   * than the interval. Any other update replaces what is held back.
   *
   * @param hasNewLines whether the update has log lines that were not published
   * @param readAt when it was read: epoch milliseconds
   * @return whether the update is held back
   */
  boolean hold(ActiveWatch watch, StatusUpdate update, boolean hasNewLines, long readAt) {
    long left = watch.publishedAt + intervalNanos - nanoClock.getAsLong();
    boolean isPosition = !hasNewLines && update.status().equals(watch.state().status());
    if (intervalNanos == 0 || !isPosition || left <= 0) {
      watch.heldPosition = null;
      return false;
    }
    if (watch.heldPosition == null) {
      due.addDelayed(watch, Duration.ofNanos(left));
    }
    watch.heldPosition = new Held(update, readAt);
    return true;
  }

  /** Publishes the positions that are due. */
  void publishDue() {
    ActiveWatch watch;
    while ((watch = due.peek()) != null) {
      due.remove();
      if (watch.publishedAt + intervalNanos - nanoClock.getAsLong() > 0) {
        // An event was published in between. What is held back now has its own place in the queue.
        continue;
      }
      Held held = watch.heldPosition;
      boolean isOver = watch.isCompletedWithoutOutcome() || watch.state().finished() != null;
      watch.heldPosition = null;
      if (held != null && !isOver) {
        publish(watch, held);
      }
    }
  }

  private void publish(ActiveWatch watch, Held held) {
    Optional<WatchState.Step> step =
        watch.state().onUpdate(held.update(), null, List.of(), watch.state().logs(), held.readAt());
    if (step.isPresent()) {
      watches.publish(watch, step.get());
    }
  }
}
