// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import io.falconnect.benchmark.process.MeasuredProgram;

/** Carries inputs from a topic to an app, and its outputs to another topic. */
public interface RealtimePipeline extends MeasuredProgram {
  /** Starts to carry a run's inputs. The run's topics exist. */
  void begin(RealtimeRun run);

  /** Cleans up after a run. Nothing of the run is written afterwards. */
  void end(RealtimeRun run);
}
