// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * The requests that fal took last. A request that is refused later does not count any more. Used by
 * one thread.
 *
 * @param <R> a request
 */
final class Acceptances<R> {
  static final long RECENT_NANOS = Duration.ofMinutes(1).toNanos();

  private static final long BUSY_NANOS = Duration.ofSeconds(1).toNanos();

  /** Enough, because a few refusals are compared with them. */
  private static final int MAX_KEPT = 8;

  private final LongSupplier nanoClock;
  private final Deque<Acceptance<R>> latest = new ArrayDeque<>();

  /** Held weakly: a request that is finished is still proof that fal took it. */
  private record Acceptance<R>(WeakReference<R> request, long at) {}

  /** fal has taken nothing yet. */
  Acceptances(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** fal has taken a request. Of many in a second only some are kept: they come with each event. */
  void add(R request) {
    if (isBusy()) {
      return;
    }
    remove(request);
    if (latest.size() == MAX_KEPT) {
      latest.removeFirst();
    }
    latest.addLast(new Acceptance<>(new WeakReference<>(request), nanoClock.getAsLong()));
  }

  private boolean isBusy() {
    return latest.size() == MAX_KEPT && nanoClock.getAsLong() - latest.getFirst().at < BUSY_NANOS;
  }

  /** That fal took this request before does not count any more. */
  void remove(R request) {
    latest.removeIf(acceptance -> acceptance.request.refersTo(request));
  }

  /** Whether fal has taken a request within the last minute. */
  boolean hasRecent() {
    return !latest.isEmpty() && nanoClock.getAsLong() - latest.getLast().at < RECENT_NANOS;
  }
}
