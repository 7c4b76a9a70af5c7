// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.Converters;
import io.falconnect.sink.input.Input;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Tells results that can never be written from a Kafka that cannot be written to.
 *
 * @param topic where results go
 * @param producerPrefix what the keys of the producer start with
 */
record ResultFailures(String topic, String producerPrefix) {
  private static final int MAX_MESSAGE = 300;

  /** A converter threw. */
  void notMade(Input input, RuntimeException failure, Acknowledgement acknowledgement) {
    // Converters that ask a registry fail when it is away, which says nothing of the result.
    if (Converters.isTemporary(failure)) {
      broken(input, failure, acknowledgement);
    } else {
      acknowledgement.unwritable(
          "its result cannot be converted for topic '" + topic + "': " + root(failure));
    }
  }

  /**
   * The producer failed.
   *
   * @param size of the record in bytes
   */
  void notWritten(Input input, long size, Exception failure, Acknowledgement acknowledgement) {
    if (failure instanceof RecordTooLargeException) {
      acknowledgement.unwritable(
          "its result, %d bytes, is too large for topic '%s': raise %s%s or the topic's max.message.bytes (%s)"
              .formatted(
                  size,
                  topic,
                  producerPrefix,
                  ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                  failure.getMessage()));
    } else if (failure instanceof InvalidRecordException) {
      acknowledgement.unwritable(
          "its result, " + size + " bytes, is refused by topic '" + topic + "': " + root(failure));
    } else {
      broken(input, failure, acknowledgement);
    }
  }

  private void broken(Input input, Exception failure, Acknowledgement acknowledgement) {
    acknowledgement.broken(
        new ConnectException(
            "The result of "
                + input
                + " cannot be written to topic '"
                + topic
                + "': "
                + root(failure),
            failure));
  }

  private static String root(Throwable failure) {
    Throwable root = failure.getCause() == null ? failure : failure.getCause();
    String name = root.getClass().getSimpleName();
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return name + ": " + message.substring(0, Math.min(MAX_MESSAGE, message.length()));
  }
}
