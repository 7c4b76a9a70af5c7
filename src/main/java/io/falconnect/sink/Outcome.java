// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import org.apache.kafka.connect.errors.ConnectException;

/** What became of an input, or of the task. From the delivery thread to the task thread. */
sealed interface Outcome {
  /** All its results are acknowledged by Kafka. */
  record Done(Input input) implements Outcome {}

  /**
   * It has failed for good; the error record, where one is wanted, is acknowledged.
   *
   * @param error fal's word for it, or the connector's
   * @param reason in words
   */
  record Failed(Input input, String error, String reason) implements Outcome {}

  /** The task cannot go on. */
  record Fatal(ConnectException cause) implements Outcome {}
}
