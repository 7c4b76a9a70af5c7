// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.TransportLoad;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Carries inputs to fal and takes its answers. Each connector has its own. Only the delivery thread
 * calls it, and no method blocks.
 *
 * @param <S> the signals of fal's side
 */
public interface Transport<S> extends AutoCloseable {
  /** Adds an input, in the order of its partition. */
  void add(InFlightInput input);

  /** Handles a signal of fal's side. */
  void onSignal(S signal);

  /**
   * Does what is due: starts inputs, opens sessions, gives up.
   *
   * @param caughtUp whether all signals so far have been handled, so that an answer that has not
   *     come is really missing
   * @return how long the next call may wait if no signal comes before
   */
  Duration proceed(boolean caughtUp);

  /** Excludes a time from all timeouts, in nanoseconds: Kafka was slow, and no signal was read. */
  void excludeTime(long nanos);

  /**
   * The outcome of an input is known, and Kafka has acknowledged all its records. May be called
   * while the transport itself reports an output or a failure.
   */
  void onSettled(Input input);

  /** These offsets are committed: of each partition the next one that is not. */
  void onCommitted(Map<TopicPartition, Long> offsets);

  /** Whether a commit is wanted soon: otherwise no input can be started before long. */
  boolean wantsCommit();

  /** Drops the inputs whose partitions were taken away, and what only they needed. */
  void onRevoked();

  /** What is under way now. */
  TransportLoad load();

  /** Starts to close what is open, and does not wait for it. */
  @Override
  void close();

  /** Whether nothing is open any more. */
  boolean isClosed();
}
