// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.connect.errors.ConnectException;

/** Takes the outputs and the outcomes of inputs. Called on the delivery thread. */
public interface ResultOutput {
  /**
   * Publishes an output. Transports call it by {@link Publication#publish}.
   *
   * @param frame its number among those of the input, from 0
   * @param last whether the input is finished with it
   * @param readAt when it was read: epoch milliseconds
   */
  void publish(Publication input, int frame, boolean last, JsonNode output, long readAt);

  /** The input is finished with what was published so far. */
  void finish(Publication input);

  /**
   * The input has failed for good. It gets an error record and goes to the dead letter queue, or,
   * with {@code errors.tolerance=none}, the task fails.
   *
   * @param error fal's word for the failure, or the connector's
   * @param reason in words
   */
  void fail(Publication input, String error, String reason);

  /** The task fails, and no further input is started. */
  void failTask(ConnectException cause);

  /**
   * The task fails because fal refuses its account.
   *
   * @param reason fal's words, and what was refused
   */
  default void failRefusedTask(String reason) {
    String help = "No input is lost: restart the task when fal takes its requests again.";
    failTask(new ConnectException(reason + ". " + help));
  }
}
