// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The partitions of the control topic that a task reads, without a consumer group: positions are in
 * the source offsets. A partition is paused while many of its records are not handled yet. Owned by
 * the task thread.
 */
final class ControlTopic implements Closeable {
  /** With so many records that are not handled a partition is paused. */
  static final int MAX_UNHANDLED_RECORDS = 1_000;

  /** With so many bytes of records that are not handled a partition is paused. */
  private static final long MAX_UNHANDLED_BYTES = 1024 * 1024;

  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final MissingRecords missing;
  private final Map<TopicPartition, Unhandled> fetched = new HashMap<>();

  /** The records of a partition that are fetched and not handled yet. */
  private static final class Unhandled {
    private final Queue<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
    private long bytes;

    void add(ConsumerRecord<byte[], byte[]> record) {
      records.add(record);
      bytes += countBytes(record);
    }

    void remove() {
      bytes -= countBytes(records.remove());
    }

    boolean isFull() {
      return records.size() >= MAX_UNHANDLED_RECORDS || bytes >= MAX_UNHANDLED_BYTES;
    }

    private static long countBytes(ConsumerRecord<byte[], byte[]> record) {
      return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }
  }

  /**
   * Starts to read. Nobody else may use the consumer, which is closed with this.
   *
   * @param positions the next offset to read of each partition; empty is its beginning
   * @param settings what follows when records are deleted
   */
  ControlTopic(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, OptionalLong> positions,
      MissingRecords.Settings settings) {
    this.consumer = consumer;
    this.missing = new MissingRecords(consumer, settings);
    consumer.assign(positions.keySet());
    positions.forEach(
        (partition, offset) -> {
          fetched.put(partition, new Unhandled());
          if (offset.isPresent()) {
            consumer.seek(partition, offset.getAsLong());
          } else {
            consumer.seekToBeginning(Set.of(partition));
          }
        });
  }

  /**
   * Fetches what has arrived, without waiting for more.
   *
   * @throws ConnectException when records that were not read yet are gone, or Kafka refuses; a
   *     {@link org.apache.kafka.connect.errors.RetriableException} when it may not the next time
   */
  void fetchRecords() {
    List<TopicPartition> full = new ArrayList<>();
    List<TopicPartition> others = new ArrayList<>();
    fetched.forEach((partition, records) -> (records.isFull() ? full : others).add(partition));
    consumer.pause(full);
    consumer.resume(others);
    translateErrors(this::poll)
        .forEach(
            record ->
                fetched.get(new TopicPartition(record.topic(), record.partition())).add(record));
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(Duration.ZERO);
    } catch (OffsetOutOfRangeException e) {
      missing.handle(e.offsetOutOfRangePartitions());
      return ConsumerRecords.empty();
    }
  }

  /** Polling and asking for a position both report errors of the partitions. */
  private static <T> T translateErrors(Supplier<T> call) {
    try {
      return call.get();
    } catch (ConnectException e) {
      throw e;
    } catch (RetriableException e) {
      throw new org.apache.kafka.connect.errors.RetriableException(e);
    } catch (KafkaException e) {
      throw new ConnectException("cannot read the control topic: " + e.getMessage(), e);
    }
  }

  /** The next record of a partition, which is not removed; null if none is fetched. */
  ConsumerRecord<byte[], byte[]> peekRecord(TopicPartition partition) {
    return fetched.get(partition).records.peek();
  }

  /** The records of a partition that are fetched and not removed, in their order. */
  Collection<ConsumerRecord<byte[], byte[]>> listRecords(TopicPartition partition) {
    return fetched.get(partition).records;
  }

  /** Removes the record that {@link #peekRecord} returned. */
  void removeRecord(TopicPartition partition) {
    fetched.get(partition).remove();
  }

  /**
   * The offset before which all records are handled, past transaction markers too; empty while it
   * is not known.
   *
   * @throws ConnectException as {@link #fetchRecords} does
   */
  OptionalLong findPosition(TopicPartition partition) {
    ConsumerRecord<byte[], byte[]> next = peekRecord(partition);
    if (next != null) {
      return OptionalLong.of(next.offset());
    }
    return translateErrors(
        () -> {
          try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
          } catch (TimeoutException | OffsetOutOfRangeException e) {
            // The next poll says what is missing.
            return OptionalLong.empty();
          }
        });
  }

  @Override
  public void close() {
    closeConsumer(consumer);
  }

  // The successor of close(Duration) came with Kafka 4.1, after the oldest workers this runs on.
  @SuppressWarnings("deprecation")
  static void closeConsumer(Consumer<?, ?> consumer) {
    consumer.close(CLOSE_TIMEOUT);
  }
}
