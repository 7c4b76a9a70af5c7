// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.board;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads committed records of topics from their beginning. */
public final class TopicFeed implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<String, String> consumer;

  /** Topics from their beginning, each with so many partitions. */
  public TopicFeed(String bootstrap, List<String> topics, int partitionsEach) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.CLIENT_ID_CONFIG, "demo");
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(
                topic ->
                    IntStream.range(0, partitionsEach)
                        .mapToObj(number -> new TopicPartition(topic, number)))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** The new records; waits a moment for the first. */
  public List<DemoRecord> poll() {
    List<DemoRecord> polled = new ArrayList<>();
    consumer.poll(POLL).forEach(record -> polled.add(DemoRecord.parse(record)));
    return polled;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
