// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

/** A record's value cannot be an input. The message says why, with an excerpt of it at most. */
public final class UnusableInputException extends Exception {
  UnusableInputException(String reason) {
    super(reason);
  }

  UnusableInputException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
