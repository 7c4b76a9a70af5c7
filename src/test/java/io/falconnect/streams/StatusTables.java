// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.streams;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/** The example of docs/stream-processing.md: by request, its latest status, and its times. */
final class StatusTables {
  static final String LATEST = "latest-status";
  static final String TIMES = "time-in-states";

  private StatusTables() {}

  static Topology of(String statusTopic, Deserializer<StatusEvent> events) {
    Serde<StatusEvent> stored = new JsonSerde<>(StatusEvent.class);
    Serde<StatusEvent> read = Serdes.serdeFrom(stored.serializer(), events);

    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, StatusEvent> statuses =
        builder.stream(statusTopic, Consumed.with(Serdes.String(), read));
    statuses.toTable(as(LATEST, stored));
    statuses
        .groupByKey()
        .aggregate(
            TimeInStates::none,
            (requestId, event, times) -> times.and(event),
            as(TIMES, new JsonSerde<>(TimeInStates.class)));
    return builder.build();
  }

  private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> as(
      String store, Serde<V> values) {
    return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as(store)
        .withKeySerde(Serdes.String())
        .withValueSerde(values);
  }
}
