// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import org.apache.kafka.connect.errors.ConnectException;

/** What became of an input, or of the task. From the delivery thread to the task thread. */
public sealed interface InputOutcome {
  /** All its results are acknowledged by Kafka. */
  record Done(Input input) implements InputOutcome {}

  /**
   * It has failed for good; the error record, where one is wanted, is acknowledged.
   *
   * @param error fal's word for it, or the connector's
   * @param reason in words
   */
  record Failed(Input input, String error, String reason) implements InputOutcome {}

  /** The task cannot go on. */
  record Fatal(ConnectException cause) implements InputOutcome {}
}
