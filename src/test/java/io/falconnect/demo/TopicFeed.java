// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Topics as any application reads them: committed records only. */
final class TopicFeed implements AutoCloseable {
  private final Consumer<String, String> consumer;

  /** Topics from their beginning, each with the number of its partitions. */
  TopicFeed(String bootstrap, Collection<Map.Entry<String, Integer>> topics) {
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
                    IntStream.range(0, topic.getValue())
                        .mapToObj(number -> new TopicPartition(topic.getKey(), number)))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  Iterable<ConsumerRecord<String, String>> poll(Duration limit) {
    ConsumerRecords<String, String> polled = consumer.poll(limit);
    return polled;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
