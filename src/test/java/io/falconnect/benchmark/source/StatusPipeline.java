// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

import io.falconnect.benchmark.process.MeasuredProgram;

/** Carries events from the simulator to a topic. */
public interface StatusPipeline extends MeasuredProgram {
  /** Starts to carry a run's events. The run's topics exist. */
  void begin(StatusRun run);

  /** Cleans up after a run. */
  void end(StatusRun run);
}
