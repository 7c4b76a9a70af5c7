// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import java.time.Duration;

/**
 * Carries inputs to fal and takes its answers: what the sinks differ in. Owned by the delivery
 * thread; never waits. Times are nano times.
 *
 * @param <S> what fal's side says
 */
public interface Transport<S> extends AutoCloseable {
  /**
   * What is under way, at a moment.
   *
   * @param open how many sessions are open, or calls under way
   * @param inFlight how many inputs are under way at fal
   * @param waiting how many others there are
   */
  record Load(int open, int inFlight, int waiting) {}

  /** Takes an input, in the order of its partition. */
  void add(InFlightInput input, long now);

  /** Takes what fal's side said. */
  void take(S signal, long now);

  /**
   * Does what is due: sends, opens, gives up.
   *
   * @param caughtUp whether all that was said so far has been taken, so that what is missing is
   *     missing
   * @return how long it may be until the next call, if nothing is said before
   */
  Duration proceed(long now, boolean caughtUp);

  /** Signals were left waiting for so long, in nanoseconds, because Kafka was slow. */
  void heldBack(long nanos);

  /** Lets go of inputs whose partitions were revoked, and of what only they needed. */
  void revoked(long now);

  /** What is under way now. */
  Load load();

  /** Begins to end what is open; does not wait for it. */
  @Override
  void close();

  /** Whether nothing is open any more. */
  boolean closed();
}
