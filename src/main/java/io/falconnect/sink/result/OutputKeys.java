// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

/**
 * The keys that say where a sink writes to, and how: {@code result.topic}, {@code
 * result.producer.*} and so on.
 *
 * @param prefix what they start with, without the dot
 */
public record OutputKeys(String prefix) {
  /** Of sinks that publish results. */
  public static final OutputKeys RESULT = new OutputKeys("result");

  /** Of the sink that publishes what was asked of the queue. */
  public static final OutputKeys REQUESTS = new OutputKeys("requests");

  public String topic() {
    return prefix + ".topic";
  }

  public String bootstrap() {
    return prefix + ".bootstrap.servers";
  }

  public String format() {
    return prefix + ".format";
  }

  public String keyConverter() {
    return prefix + ".key.converter";
  }

  public String valueConverter() {
    return prefix + ".value.converter";
  }

  /** What the producer's own keys start with. */
  public String producer() {
    return prefix + ".producer.";
  }
}
