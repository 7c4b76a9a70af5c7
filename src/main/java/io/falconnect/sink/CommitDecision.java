// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.delivery.Drainable;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Decides when to ask Connect for a commit, and when to let the inputs in flight end before one. A
 * sink that avoids repeats does both; the others do neither. Only the task thread uses it.
 */
final class CommitDecision {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);
  private static final Duration DEAD_LETTER_LIMIT = Duration.ofSeconds(1);
  private static final Duration REQUEST_INTERVAL = Duration.ofMillis(500);

  private final boolean avoidsRepeats;
  private final SinkTaskContext context;
  private final Drainable delivery;
  private final LongSupplier nanoClock;
  private boolean uncommitted;
  private boolean requested;
  private boolean drained;
  private long requestedAt;

  /**
   * Nothing to commit yet.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  CommitDecision(
      boolean avoidsRepeats, SinkTaskContext context, Drainable delivery, LongSupplier nanoClock) {
    this.avoidsRepeats = avoidsRepeats;
    this.context = context;
    this.delivery = delivery;
    this.nanoClock = nanoClock;
    this.requestedAt = nanoClock.getAsLong();
  }

  /**
   * Connect has given records. A commit that was requested comes before that, so the next one
   * counts as not requested.
   */
  void onRecords() {
    resume();
    requested = false;
  }

  /** An input is done: its offset may be committed. */
  void onInputDone() {
    uncommitted = true;
  }

  /** Whether a commit is still to be requested. */
  boolean isRequestPending() {
    return avoidsRepeats && uncommitted;
  }

  /** Asks Connect for a commit if inputs were done and the last request is long enough ago. */
  void requestIfDue() {
    long now = nanoClock.getAsLong();
    if (isRequestPending() && now - requestedAt >= REQUEST_INTERVAL.toNanos()) {
      uncommitted = false;
      requested = true;
      requestedAt = now;
      context.requestCommit();
    }
  }

  /**
   * Prepares a commit. One that was not requested may be the last before partitions are taken away:
   * the next task would send again what is in flight then. So this waits for up to two seconds
   * until nothing is in flight, and starts no input until {@link #resume}.
   *
   * @return how long to wait for dead letters that are on their way
   */
  Duration beforeCommit() {
    boolean mayBeLast = avoidsRepeats && !requested;
    requested = false;
    if (mayBeLast) {
      delivery.drain(DRAIN_LIMIT);
      drained = true;
    }
    return mayBeLast ? DEAD_LETTER_LIMIT : Duration.ZERO;
  }

  /** Inputs may start again, if they were stopped for a commit. */
  void resume() {
    if (drained) {
      drained = false;
      delivery.resume();
    }
  }
}
