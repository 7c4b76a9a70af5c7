// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * An event that is no status: its message says why, in a few words and without the event's text.
 */
public final class MalformedStatusException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * One.
   *
   * @param message why it is none
   */
  public MalformedStatusException(String message) {
    super(message);
  }
}
