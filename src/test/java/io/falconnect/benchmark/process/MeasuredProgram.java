// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.process;

import io.falconnect.cluster.process.JavaProcess;

/** A program under measurement, in a process of its own. */
public interface MeasuredProgram extends AutoCloseable {
  /** The name in tables. */
  String name();

  /** The process that is measured. */
  JavaProcess process();

  @Override
  void close();
}
