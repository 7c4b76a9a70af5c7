// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.cluster.JavaProcess;

/** What carries something, in a process that is measured. */
interface Program extends AutoCloseable {
  /** What tables call it. */
  String name();

  /** The process that is measured. */
  JavaProcess process();

  @Override
  void close();
}
