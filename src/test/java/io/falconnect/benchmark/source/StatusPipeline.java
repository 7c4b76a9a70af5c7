// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

import io.falconnect.benchmark.process.MeasuredProgram;

/** What carries events from the simulator to a topic. */
public interface StatusPipeline extends MeasuredProgram {
  /** Starts to carry a run's events. The run's topics exist. */
  void begin(StatusRun run);

  /** Lets go of what it has of a run that is over. */
  void end(StatusRun run);
}
