// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.streams;

import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.pulsar.kafka.shade.avro.generic.GenericRecord;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroDeserializer;

/** Status events as Confluent's Avro converter has written them. */
final class AvroStatusEvents implements Deserializer<StatusEvent> {
  private final KafkaAvroDeserializer avro = new KafkaAvroDeserializer();

  AvroStatusEvents(String registryUrl) {
    avro.configure(Map.of("schema.registry.url", registryUrl), false);
  }

  @Override
  public StatusEvent deserialize(String topic, byte[] bytes) {
    GenericRecord event = (GenericRecord) avro.deserialize(topic, bytes);
    return event == null
        ? null
        : new StatusEvent(
            event.get("request_id").toString(),
            (Long) event.get("sequence"),
            event.get("status").toString(),
            event.get("outcome") == null ? null : event.get("outcome").toString(),
            (Long) event.get("observed_at"));
  }

  @Override
  public void close() {
    avro.close();
  }
}
