// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the committed records of one topic from its beginning, without a consumer group. */
final class TopicReader<V> implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration METADATA_LIMIT = Duration.ofSeconds(30);
  private static final int SHOWN = 5;

  private final String topic;
  private final KafkaConsumer<String, V> consumer;
  private final List<TopicPartition> partitions;
  private final List<ConsumerRecord<String, V>> found = new ArrayList<>();

  TopicReader(String bootstrap, String topic, Deserializer<V> values) {
    this.topic = topic;
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false);
    this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), values);
    this.partitions =
        consumer.partitionsFor(topic, METADATA_LIMIT).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  List<ConsumerRecord<String, V>> readToEnd(Duration limit) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, METADATA_LIMIT);
    // Positions, not records, are counted: transaction markers take offsets too.
    pollUntil(
        "the end of " + topic + " at " + ends,
        limit,
        () ->
            partitions.stream()
                .allMatch(
                    partition ->
                        consumer.position(partition, METADATA_LIMIT) >= ends.get(partition)));
    return found;
  }

  List<ConsumerRecord<String, V>> readUntil(
      String what, Duration limit, Predicate<List<ConsumerRecord<String, V>>> wanted) {
    pollUntil(what + " in " + topic, limit, () -> wanted.test(List.copyOf(found)));
    return found;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void pollUntil(String what, Duration limit, BooleanSupplier done) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "Waited in vain for %s, %d s long. %d records there, the last of them: %s"
                .formatted(what, limit.toSeconds(), found.size(), lastRecords()));
      }
      consumer.poll(POLL).forEach(found::add);
    }
  }

  private List<String> lastRecords() {
    return found.subList(Math.max(0, found.size() - SHOWN), found.size()).stream()
        .map(entry -> entry.key() + " = " + entry.value())
        .toList();
  }
}
