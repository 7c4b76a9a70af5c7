// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.connect.errors.ConnectException;

/** Takes what is to be published of inputs, and what became of them. On the delivery thread. */
public interface ResultOutput {
  /**
   * Publishes an output.
   *
   * @param frame its number among those of the input, from 0
   * @param last whether the input is done with it
   * @param readAt when it was read: epoch milliseconds
   */
  void publish(Pending pending, int frame, boolean last, JsonNode output, long readAt);

  /** The input is done, with what was published so far. */
  void done(Pending pending);

  /**
   * The input has failed for good: an error record and the dead letter queue, or the end of the
   * task.
   *
   * @param frames how many frames were published for it
   * @param error fal's word for it, or the connector's
   * @param reason in words
   */
  void failed(Pending pending, int frames, String error, String reason);

  /** The task cannot go on. */
  void fatal(ConnectException cause);
}
