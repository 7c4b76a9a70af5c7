// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * What became of one record that was given to the producer. Kafka has it if neither {@code
 * unwritable} nor {@code failure} is set.
 *
 * @param unwritable why the record can never be written, in words: it is too large for the topic,
 *     or the converter refuses it; else null
 * @param failure why Kafka cannot be written to, so that the task has to fail; else null
 */
public record Acknowledgement(
    Publication publication, ResultRecord result, String unwritable, ConnectException failure) {
  static Acknowledgement written(Publication publication, ResultRecord result) {
    return new Acknowledgement(publication, result, null, null);
  }

  static Acknowledgement unwritable(Publication publication, ResultRecord result, String reason) {
    return new Acknowledgement(publication, result, reason, null);
  }

  static Acknowledgement failed(
      Publication publication, ResultRecord result, ConnectException failure) {
    return new Acknowledgement(publication, result, null, failure);
  }
}
