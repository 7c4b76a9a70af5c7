// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A record as any application takes it: JSON, and headers that lead back to where it came of. */
record Message(ConsumerRecord<String, String> record, JsonNode value) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Message of(ConsumerRecord<String, String> record) {
    try {
      return new Message(record, JSON.readTree(record.value()));
    } catch (JsonProcessingException e) {
      throw new DemoException("No JSON in topic " + record.topic() + ": " + record.value(), e);
    }
  }

  String topic() {
    return record.topic();
  }

  String key() {
    return record.key();
  }

  Place place() {
    return new Place(record.topic(), record.partition(), record.offset());
  }

  /** The request of a status or a result. */
  Place request() {
    return origin("fal.control.");
  }

  /** The prompt of a request, or the input of a realtime result. */
  Place input() {
    return origin("fal.input.");
  }

  /** The text of a header that has to be there. */
  String header(String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new DemoException("Record " + place() + " has no header " + name + ".");
    }
    return new String(header.value(), UTF_8);
  }

  private Place origin(String prefix) {
    return new Place(
        header(prefix + "topic"),
        Integer.parseInt(header(prefix + "partition")),
        Long.parseLong(header(prefix + "offset")));
  }
}
