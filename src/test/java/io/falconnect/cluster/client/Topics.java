// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.cluster.process.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Topics of a cluster, as a test sees them: everything is synchronous and bounded, and reading is
 * always {@code read_committed}.
 */
public final class Topics implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final String bootstrap;
  private final Admin admin;
  private final Producer<byte[], byte[]> producer;

  /** Topics of the cluster at a bootstrap server. */
  public Topics(String bootstrap) {
    this.bootstrap = bootstrap;
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
    this.producer = newProducer(Map.of());
  }

  /** The admin client. */
  public Admin admin() {
    return admin;
  }

  /** Creates a topic. */
  public void create(String topic, int partitions) {
    create(topic, partitions, Map.of());
  }

  /** Creates a topic with settings of its own. */
  public void create(String topic, int partitions, Map<String, String> settings) {
    NewTopic newTopic = new NewTopic(topic, partitions, (short) 1).configs(settings);
    await(admin.createTopics(List.of(newTopic)).all());
    // The controller knows the topic before the broker tells clients about it.
    Waits.until(
        "topic " + topic,
        LIMIT,
        () -> Optional.of(topic).filter(listNames()::contains),
        () -> "Topics: " + listNames());
  }

  /** Gives a topic more partitions. */
  public void setPartitions(String topic, int total) {
    await(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all());
  }

  /** Deletes a topic. */
  public void delete(String topic) {
    await(admin.deleteTopics(List.of(topic)).all());
  }

  /** The names of all topics, without Kafka's own. */
  public Set<String> listNames() {
    return await(admin.listTopics().names());
  }

  /** Publishes one record. Key and value may be null. */
  public RecordMetadata produce(String topic, String key, String value) {
    return produce(new ProducerRecord<>(topic, bytes(key), bytes(value)));
  }

  /** Publishes one record to a partition. Key and value may be null. */
  public RecordMetadata produce(String topic, int partition, String key, String value) {
    return produce(new ProducerRecord<>(topic, partition, bytes(key), bytes(value)));
  }

  /** Publishes one record. */
  public RecordMetadata produce(ProducerRecord<byte[], byte[]> message) {
    return await(producer.send(message));
  }

  /** Publishes many records at once, in order per partition. */
  public List<RecordMetadata> produceAll(List<ProducerRecord<byte[], byte[]>> messages) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    messages.forEach(message -> sent.add(producer.send(message)));
    producer.flush();
    return sent.stream().map(Topics::await).toList();
  }

  /** Publishes records in one transaction, which is committed. */
  public void produceCommitted(List<ProducerRecord<byte[], byte[]>> messages) {
    inTransaction(messages, Producer::commitTransaction);
  }

  /** Publishes records in one transaction, which is aborted. */
  public void produceAborted(List<ProducerRecord<byte[], byte[]>> messages) {
    inTransaction(messages, Producer::abortTransaction);
  }

  /** All committed records that a topic has now, in order per partition. */
  public List<ConsumerRecord<String, String>> readAll(String topic) {
    return readAll(topic, new StringDeserializer());
  }

  /** All committed records that a topic has now, in order per partition, with other values. */
  public <V> List<ConsumerRecord<String, V>> readAll(String topic, Deserializer<V> values) {
    try (TopicReader<V> reader = new TopicReader<>(bootstrap, topic, values)) {
      return reader.readToEnd(LIMIT);
    }
  }

  /** Waits until a topic has at least so many committed records, and returns what it has. */
  public List<ConsumerRecord<String, String>> awaitRecords(String topic, int atLeast) {
    return awaitRecords(topic, atLeast + " records", LIMIT, records -> records.size() >= atLeast);
  }

  /** Waits until the committed records of a topic are as wanted, and returns them. */
  public List<ConsumerRecord<String, String>> awaitRecords(
      String topic,
      String what,
      Duration limit,
      Predicate<List<ConsumerRecord<String, String>>> wanted) {
    return awaitRecords(topic, what, limit, new StringDeserializer(), wanted);
  }

  /** Waits until the committed records of a topic are as wanted, and returns them. */
  public <V> List<ConsumerRecord<String, V>> awaitRecords(
      String topic,
      String what,
      Duration limit,
      Deserializer<V> values,
      Predicate<List<ConsumerRecord<String, V>>> wanted) {
    try (TopicReader<V> reader = new TopicReader<>(bootstrap, topic, values)) {
      return reader.readUntil(what, limit, wanted);
    }
  }

  /** The offsets that a consumer group has committed: {@code connect-<name>} is a sink's. */
  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
  }

  private void inTransaction(
      List<ProducerRecord<byte[], byte[]>> messages,
      java.util.function.Consumer<Producer<?, ?>> end) {
    Map<String, Object> transactional =
        Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "transaction-" + UUID.randomUUID());
    try (Producer<byte[], byte[]> own = newProducer(transactional)) {
      own.initTransactions();
      own.beginTransaction();
      messages.forEach(own::send);
      own.flush();
      end.accept(own);
    }
  }

  private Producer<byte[], byte[]> newProducer(Map<String, Object> more) {
    Map<String, Object> settings = new java.util.HashMap<>(more);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("No answer from Kafka in " + LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
