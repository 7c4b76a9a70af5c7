// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.Converters;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Judges why a result was not written: either the record can never be written, or Kafka cannot be
 * written to at present. Has no state.
 *
 * @param topic where results go
 * @param producerPrefix what the keys of the producer start with
 */
record ResultFailures(String topic, String producerPrefix) {
  private static final int MAX_MESSAGE = 300;

  /** Describes an attempt to convert a result that has failed and is made again. */
  String describeConversion(Publication publication, RuntimeException failure) {
    return "the result of %s, for topic '%s': %s"
        .formatted(publication, topic, describeCause(failure));
  }

  /** Judges the exception of a converter, when no other attempt is made. */
  Acknowledgement judgeConversion(
      Publication publication, ResultRecord result, RuntimeException failure) {
    // A converter that asks a registry also fails when the registry is down, whatever the record.
    if (Converters.isTemporary(failure)) {
      return failTask(publication, result, failure);
    }
    return Acknowledgement.unwritable(
        publication,
        result,
        "its result cannot be converted for topic '" + topic + "': " + describeCause(failure));
  }

  /**
   * Judges the exception of the producer.
   *
   * @param size of the record in bytes
   */
  Acknowledgement judgeSend(
      Publication publication, ResultRecord result, long size, Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      return Acknowledgement.unwritable(
          publication,
          result,
          "its result, %d bytes, is too large for topic '%s': raise %s%s or the topic's max.message.bytes (%s)"
              .formatted(
                  size,
                  topic,
                  producerPrefix,
                  ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                  failure.getMessage()));
    }
    if (failure instanceof InvalidRecordException) {
      return Acknowledgement.unwritable(
          publication,
          result,
          "its result, "
              + size
              + " bytes, is refused by topic '"
              + topic
              + "': "
              + describeCause(failure));
    }
    return failTask(publication, result, failure);
  }

  private Acknowledgement failTask(
      Publication publication, ResultRecord result, Exception failure) {
    return Acknowledgement.failed(
        publication,
        result,
        new ConnectException(
            "The result of "
                + publication
                + " cannot be written to topic '"
                + topic
                + "': "
                + describeCause(failure),
            failure));
  }

  private static String describeCause(Throwable failure) {
    Throwable root = failure.getCause() == null ? failure : failure.getCause();
    String name = root.getClass().getSimpleName();
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return name + ": " + message.substring(0, Math.min(MAX_MESSAGE, message.length()));
  }
}
