// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.streams;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.Waits;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** A stream processor in this JVM. */
final class StreamProcessor implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final KafkaStreams streams;

  private StreamProcessor(KafkaStreams streams) {
    this.streams = streams;
  }

  static StreamProcessor start(String name, String bootstrap, Topology topology) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, BuildOutput.newFolder(name).toString());
    KafkaStreams streams = new KafkaStreams(topology, settings);
    streams.start();
    return new StreamProcessor(streams);
  }

  /** Waits until a table says of a key what is wanted, and returns it. */
  <V> V await(String table, String key, Predicate<V> wanted) {
    return Waits.until(
        "%s of %s".formatted(table, key),
        LIMIT,
        () -> Optional.ofNullable(this.<V>table(table).get(key)).filter(wanted),
        () -> "The processor is " + streams.state());
  }

  /** A table that can be asked as soon as the processor runs. */
  <V> ReadOnlyKeyValueStore<String, V> table(String name) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
  }

  @Override
  public void close() {
    streams.close(Duration.ofSeconds(10));
  }
}
