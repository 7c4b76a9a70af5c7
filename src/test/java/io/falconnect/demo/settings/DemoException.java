// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.settings;

/** A failure whose message is shown to the user of the demo. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DemoException(String message) {
    super(message);
  }

  public DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
