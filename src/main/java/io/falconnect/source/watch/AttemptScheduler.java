// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.AccountAccess;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Starts the attempts of watches when they are due: a stream until fal has ended the request, then
 * a fetch of the result if it is needed. Owned by the task thread; never waits.
 */
final class AttemptScheduler {
  /** Enough that a stream is at hand for each that is opened between two calls. */
  private static final int MAX_WAITING = 128;

  /** The same while results wait to be fetched: they expire at fal, so streams are opened later. */
  private static final int MAX_WAITING_BESIDE_FETCHES = 8;

  private final OutcomePolicy outcomes;
  private final LiveStreams streams;
  private final ResultFetches fetches;
  private final AccountAccess<ActiveWatch> access;
  private final LongSupplier nanoClock;
  private final DueQueue toOpen;
  private final DueQueue toFetch;

  /**
   * Starts with no attempt due.
   *
   * @param access says how many attempts may start while fal refuses some
   */
  AttemptScheduler(
      OutcomePolicy outcomes,
      LiveStreams streams,
      ResultFetches fetches,
      AccountAccess<ActiveWatch> access,
      LongSupplier nanoClock) {
    this.outcomes = outcomes;
    this.streams = streams;
    this.fetches = fetches;
    this.access = access;
    this.nanoClock = nanoClock;
    this.toOpen = new DueQueue(nanoClock);
    this.toFetch = new DueQueue(nanoClock);
  }

  /** Makes the watch's next attempt due at once. */
  void schedule(ActiveWatch watch) {
    queueOf(watch).add(watch);
  }

  /** Makes the watch's next attempt due after a delay. */
  void schedule(ActiveWatch watch, Duration delay) {
    queueOf(watch).addDelayed(watch, delay);
  }

  private DueQueue queueOf(ActiveWatch watch) {
    return outcomes.needsResult(watch) ? toFetch : toOpen;
  }

  /** Whether there is a watch to try that fal has not refused. */
  boolean canTryOther() {
    return !toFetch.isEmpty() || !toOpen.isEmpty() || streams.hasOpen();
  }

  /**
   * Starts the attempts that are due, as far as the bounds of streams and fetches allow. Fetches
   * come first, because results expire at fal. While fal refuses requests one at a time is started,
   * those last that fal has refused.
   */
  void startDue() {
    ActiveWatch watch;
    while (access.mayStart() && (watch = toFetch.peek()) != null && tryFetch(watch)) {
      toFetch.remove();
    }
    fetches.startNext();
    int maxWaiting = toFetch.peek() == null ? MAX_WAITING : MAX_WAITING_BESIDE_FETCHES;
    while (access.mayStart() && streams.hasRoom(maxWaiting) && (watch = toOpen.peek()) != null) {
      toOpen.remove();
      open(watch);
    }
    ActiveWatch refused = access.nextRefused();
    if (refused != null && access.mayStart()) {
      retryRefused(refused);
    }
    if (access.needsOther()) {
      reopenOne();
    }
    streams.startNext();
  }

  /**
   * Opens a stream again that runs well: whether fal takes it shows whose a refusal is. Only the
   * present status is told again.
   */
  private void reopenOne() {
    ActiveWatch watch = streams.takeBackOpen();
    if (watch != null) {
      open(watch);
    }
  }

  private void retryRefused(ActiveWatch watch) {
    if (!outcomes.needsResult(watch)) {
      if (streams.hasRoom(MAX_WAITING)) {
        open(watch);
      }
    } else {
      tryFetch(watch);
    }
  }

  private boolean tryFetch(ActiveWatch watch) {
    boolean started = fetches.tryStart(watch);
    if (started) {
      watch.history.startAttempt(nanoClock.getAsLong());
      access.onStart(watch);
    }
    return started;
  }

  private void open(ActiveWatch watch) {
    streams.open(watch);
    access.onStart(watch);
  }
}
