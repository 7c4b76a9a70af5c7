// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

/** A process ended that was expected to run. Ends every wait at once: it will not come back. */
public final class ProcessDiedException extends IllegalStateException {

  public ProcessDiedException(String message) {
    super(message);
  }
}
