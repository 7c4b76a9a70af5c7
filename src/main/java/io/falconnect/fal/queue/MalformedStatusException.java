// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * An event is not a status of the request. The message says why in a few words, and does not quote
 * the event: it may contain anything.
 */
public final class MalformedStatusException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedStatusException(String message) {
    super(message);
  }
}
