// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.cluster.process.JavaProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes a run's inputs, and reads its results while they are written. */
final class RealtimeMeter implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(6);

  private final RealtimeRun run;
  private final JavaProcess process;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final RealtimeTally tally;
  private int sent;

  /** A meter of a run whose topics exist and are empty. */
  RealtimeMeter(String bootstrap, RealtimeRun run, JavaProcess process) {
    this.run = run;
    this.process = process;
    this.tally = new RealtimeTally(run.load().inputs());
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.LINGER_MS_CONFIG,
                0),
            new StringSerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partitions =
        IntStream.range(0, RealtimeRun.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(run.resultTopic(), partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    // Resolves positions now, so that it does not delay the first results.
    partitions.forEach(consumer::position);
    producer.partitionsFor(run.inputTopic());
  }

  /** The progress of a run at one moment. */
  record Mark(long nanos, int results, double cpuSeconds) {
    double rateTo(Mark later) {
      return (later.results - results) * 1e9 / (later.nanos - nanos);
    }

    double cpuMicrosTo(Mark later) {
      return (later.cpuSeconds - cpuSeconds) * 1e6 / (later.results - results);
    }
  }

  Mark takeMark() {
    return new Mark(System.nanoTime(), tally.recordCount(), process.cpuSeconds());
  }

  /** Writes the inputs up to this number, at once. */
  void sendUpTo(int upTo) {
    for (; sent < upTo; sent++) {
      sendOne(sent);
    }
    producer.flush();
  }

  /** Reads until this many inputs have results, and meanwhile writes inputs at the rate. */
  void readUntil(int inputs) {
    long between = 1_000_000_000L / Math.max(1, run.load().ratePerSecond());
    long deadline = System.nanoTime() + LIMIT.toNanos();
    long due = System.nanoTime();
    while (tally.recordCount() < inputs) {
      if (sent < inputs && System.nanoTime() - due >= 0) {
        sendOne(sent++);
        due += between;
      }
      long wait = sent < inputs ? Math.max(0, due - System.nanoTime()) : POLL.toNanos();
      // Rounded up, because a poll of 0 ms would return at once.
      pollOnce(Duration.ofMillis((wait + 999_999) / 1_000_000), deadline);
    }
  }

  /** The results so far. */
  RealtimeTally tally() {
    return tally;
  }

  /** Reads to the end of the topic, once nothing more is written. */
  void readToEnd() {
    long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (partitions.stream().mapToLong(consumer::position).sum() < end) {
      pollOnce(POLL, deadline);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    consumer.close();
  }

  private void sendOne(int number) {
    byte[] value = run.load().createInput(number, nowMicros()).toString().getBytes(UTF_8);
    producer.send(new ProducerRecord<>(run.inputTopic(), Integer.toString(number), value));
  }

  private void pollOnce(Duration wait, long deadline) {
    process.requireAlive();
    if (System.nanoTime() - deadline > 0) {
      throw new IllegalStateException(
          "%s in %s s: %d results of %d inputs, %d wrong%n%s"
              .formatted(
                  run,
                  LIMIT.toSeconds(),
                  tally.recordCount(),
                  sent,
                  tally.wrongCount(),
                  process.outputTail()));
    }
    Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(wait);
    long now = nowMicros();
    records.forEach(record -> tally.add(record.key(), record.value(), now));
  }

  private static long nowMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
