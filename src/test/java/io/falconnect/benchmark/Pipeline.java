// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.cluster.JavaProcess;

/** What carries events from the simulator to a topic. */
interface Pipeline extends AutoCloseable {
  /** What tables call it. */
  String name();

  /** Starts to carry a run's events. The run's topics exist. */
  void begin(Run run);

  /** Lets go of what it has of a run that is over. */
  void end(Run run);

  /** The process that is measured. */
  JavaProcess process();

  @Override
  void close();
}
