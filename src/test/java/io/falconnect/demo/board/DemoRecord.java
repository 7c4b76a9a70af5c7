// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.board;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.demo.settings.DemoException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A record as any application reads it: JSON, and headers with the origin of the record. */
public record DemoRecord(ConsumerRecord<String, String> record, JsonNode value) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static DemoRecord parse(ConsumerRecord<String, String> record) {
    try {
      return new DemoRecord(record, JSON.readTree(record.value()));
    } catch (JsonProcessingException e) {
      throw new DemoException("No JSON in topic " + record.topic() + ": " + record.value(), e);
    }
  }

  public String topic() {
    return record.topic();
  }

  public String key() {
    return record.key();
  }

  RecordPosition position() {
    return new RecordPosition(record.topic(), record.partition(), record.offset());
  }

  /** The request of a status or a result. */
  RecordPosition requestPosition() {
    return positionIn("fal.control.");
  }

  /** The prompt of a request, or the input of a realtime result. */
  public RecordPosition inputPosition() {
    return positionIn("fal.input.");
  }

  /** The text of a required header. */
  public String header(String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new DemoException("Record " + position() + " has no header " + name + ".");
    }
    return new String(header.value(), UTF_8);
  }

  private RecordPosition positionIn(String prefix) {
    return new RecordPosition(
        header(prefix + "topic"),
        Integer.parseInt(header(prefix + "partition")),
        Long.parseLong(header(prefix + "offset")));
  }
}
