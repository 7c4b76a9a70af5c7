// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.process;

import io.falconnect.cluster.process.JavaProcess;

/** What carries something, in a process that is measured. */
public interface MeasuredProgram extends AutoCloseable {
  /** What tables call it. */
  String name();

  /** The process that is measured. */
  JavaProcess process();

  @Override
  void close();
}
