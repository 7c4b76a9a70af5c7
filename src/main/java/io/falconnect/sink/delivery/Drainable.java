// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import java.time.Duration;

/** Can stop starting inputs for a while. Only the task thread calls it. */
public interface Drainable {
  /**
   * Starts no input until {@link #resume}, and waits until nothing is in flight and Kafka has
   * acknowledged everything, or until the limit is over.
   */
  void drain(Duration limit);

  /** Ends a drain. */
  void resume();
}
