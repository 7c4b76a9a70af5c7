// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

/** What carries events from the simulator to a topic. */
interface Pipeline extends Program {
  /** Starts to carry a run's events. The run's topics exist. */
  void begin(Run run);

  /** Lets go of what it has of a run that is over. */
  void end(Run run);
}
