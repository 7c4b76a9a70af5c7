// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.fal.queue.QueueRequest;

/** What a control record asks for. */
sealed interface ControlCommand {
  /** Watch a request, with its logs or without. */
  record Watch(QueueRequest request, boolean logs) implements ControlCommand {}

  /** End the watches of a request id. */
  record End(String requestId) implements ControlCommand {}

  /**
   * The record cannot be used.
   *
   * @param reason what is wrong with it, on one line and bounded
   */
  record Unusable(String reason) implements ControlCommand {}
}
