// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

/**
 * A frame that cannot be decoded. Its message says why; it may quote the frame, so it has to be
 * scrubbed and bounded before it is shown.
 */
final class MalformedFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedFrameException(String message) {
    super(message);
  }
}
