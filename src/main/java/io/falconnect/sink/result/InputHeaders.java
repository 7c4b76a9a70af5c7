// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.sink.input.Input;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Headers that say which input a record is of. */
final class InputHeaders {
  private static final String REQUEST_ID = "fal.request_id";
  private static final String TOPIC = "fal.input.topic";
  private static final String PARTITION = "fal.input.partition";
  private static final String OFFSET = "fal.input.offset";

  private InputHeaders() {}

  static Map<String, String> of(Input input, String requestId) {
    TopicPartition partition = input.assignment().partition();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(REQUEST_ID, requestId);
    headers.put(TOPIC, partition.topic());
    headers.put(PARTITION, Integer.toString(partition.partition()));
    headers.put(OFFSET, Long.toString(input.offset()));
    return headers;
  }
}
