// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The simplest program for the task, without Connect and without restarts: the thread of each
 * stream or session parses messages and passes them to a producer with Kafka's defaults. Commands
 * come from a topic, so that the JVM stays warm from run to run.
 */
public final class BareLoopMain {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(100);

  private BareLoopMain() {}

  /** Arguments: bootstrap server, topic of commands, topic of answers. */
  public static void main(String[] args) throws IOException, InterruptedException {
    TopicPartition commands = new TopicPartition(args[1], 0);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(args[0]);
        KafkaProducer<String, byte[]> producer = producer(args[0])) {
      consumer.assign(List.of(commands));
      consumer.seekToBeginning(List.of(commands));
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<byte[], byte[]> command : consumer.poll(POLL)) {
          JsonNode run = JSON.readTree(command.value());
          byte[] answer = JSON.writeValueAsBytes(play(run, args[0], producer));
          producer.send(new ProducerRecord<>(args[2], run.path("id").asText(), answer));
          producer.flush();
        }
      }
    }
  }

  private static Map<String, Object> play(
      JsonNode run, String bootstrap, Producer<String, byte[]> producer)
      throws IOException, InterruptedException {
    return run.has("inputs")
        ? new BareRealtimeRun(run, consumer(bootstrap), producer).play()
        : new BareStatusRun(run, producer).play();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static KafkaProducer<String, byte[]> producer(String bootstrap) {
    return new KafkaProducer<>(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
        new StringSerializer(),
        new ByteArraySerializer());
  }
}
