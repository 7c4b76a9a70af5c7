// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

/**
 * The keys that say where a sink writes to, and how: {@code result.topic}, {@code
 * result.producer.*} and so on.
 *
 * @param prefix what they start with, without the dot
 */
record OutputKeys(String prefix) {
  /** Of sinks that publish results. */
  static final OutputKeys RESULT = new OutputKeys("result");

  /** Of the sink that publishes what was asked of the queue. */
  static final OutputKeys REQUESTS = new OutputKeys("requests");

  String topic() {
    return prefix + ".topic";
  }

  String bootstrap() {
    return prefix + ".bootstrap.servers";
  }

  String format() {
    return prefix + ".format";
  }

  String keyConverter() {
    return prefix + ".key.converter";
  }

  String valueConverter() {
    return prefix + ".value.converter";
  }

  /** What the producer's own keys start with. */
  String producer() {
    return prefix + ".producer.";
  }
}
