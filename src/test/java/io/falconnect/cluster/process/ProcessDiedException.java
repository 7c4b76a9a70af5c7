// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

/** A process has ended that was expected to run. Every wait ends at once with this failure. */
public final class ProcessDiedException extends IllegalStateException {

  public ProcessDiedException(String message) {
    super(message);
  }
}
