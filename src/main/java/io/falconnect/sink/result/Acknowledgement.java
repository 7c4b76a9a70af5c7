// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import org.apache.kafka.connect.errors.ConnectException;

/** What became of a result record. One of these is called once, on any thread. */
interface Acknowledgement {
  /** Kafka has it. */
  void acknowledged();

  /** It can never be written: too large for the topic, or the converter refuses it. */
  void unwritable(String reason);

  /** Kafka cannot be written to: the task has to fail. */
  void broken(ConnectException failure);
}
