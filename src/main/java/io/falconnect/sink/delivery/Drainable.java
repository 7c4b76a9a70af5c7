// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What starts inputs, as far as commits concern it. Only the task thread calls it. */
public interface Drainable {
  /**
   * Starts no input until {@link #resume}, and waits until nothing is in flight and Kafka has
   * acknowledged everything, or until the limit is over.
   */
  void drain(Duration limit);

  /** Ends a drain. */
  void resume();

  /** These offsets are committed: of each partition the next one that is not. */
  void onCommitted(Map<TopicPartition, Long> offsets);

  /** Whether a commit is wanted soon: otherwise no input can be started before long. */
  boolean wantsCommit();
}
