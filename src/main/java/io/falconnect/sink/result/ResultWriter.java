// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.Converters;
import io.falconnect.sink.input.Input;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes results with a producer of its own. One thread writes and closes; what became of a
 * record is told on the producer's thread, or, where it is known at once, on the one that writes.
 */
public final class ResultWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
  private static final Duration CLOSE = Duration.ofMillis(500);

  /** What a record takes in the producer's memory besides its bytes, seen from above. */
  private static final int PER_RECORD = 128;

  private final Converter keys;
  private final Converter values;
  private final ResultRecords records;
  private final ResultFailures failures;
  private final Producer<byte[], byte[]> producer;
  private final long maxUnacknowledgedBytes;
  private final AtomicLong unacknowledgedBytes = new AtomicLong();

  private ResultWriter(OutputConfig config, RecordForm form, Converter keys, Converter values) {
    Map<String, Object> settings = config.producer();
    this.keys = keys;
    this.values = values;
    this.records = new ResultRecords(config.topic(), form, keys, values, config.isPlainJson());
    this.failures = new ResultFailures(config.topic(), config.kind().producerPrefix());
    this.producer = producer(config, settings);
    this.maxUnacknowledgedBytes =
        Long.parseLong(settings.get(ProducerConfig.BUFFER_MEMORY_CONFIG).toString().trim()) / 2;
  }

  /**
   * A writer whose producer knows the topic already, so that the first write does not wait for it.
   * Blocks for {@code max.block.ms} where there is no such topic.
   *
   * @param form what the records look like
   * @throws ConnectException when there is no such topic, its cluster cannot be reached, or the
   *     producer or a converter cannot be made
   */
  public static ResultWriter open(OutputConfig config, RecordForm form) {
    Converter keys = config.keyConverter();
    Converter values = null;
    try {
      values = config.valueConverter();
      return new ResultWriter(config, form, keys, values);
    } catch (RuntimeException e) {
      Converters.close(keys);
      Converters.close(values);
      throw e;
    }
  }

  private static Producer<byte[], byte[]> producer(
      OutputConfig config, Map<String, Object> settings) {
    Producer<byte[], byte[]> producer = null;
    try {
      producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
      producer.partitionsFor(config.topic());
      return producer;
    } catch (KafkaException e) {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
      String why =
          producer == null && e.getCause() != null ? e.getCause().getMessage() : e.getMessage();
      throw new ConnectException(
          "The topic '%s' (%s) cannot be found at %s (%s): %s"
              .formatted(
                  config.topic(),
                  config.kind().topicKey(),
                  config.servers(),
                  config.kind().bootstrapKey(),
                  why),
          e);
    }
  }

  /**
   * Publishes a result. Throws nothing: whatever happens, the acknowledgement is told, once.
   *
   * <p>Blocks, for {@code max.block.ms} at most, only where more than {@link
   * #maxUnacknowledgedBytes} wait already.
   */
  void write(Input input, ResultRecord result, Acknowledgement acknowledgement) {
    ProducerRecord<byte[], byte[]> record;
    try {
      record = records.record(input, result);
    } catch (RuntimeException e) {
      failures.notMade(input, e, acknowledgement);
      return;
    }
    long size = size(record);
    unacknowledgedBytes.addAndGet(size);
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            unacknowledgedBytes.addAndGet(-size);
            if (failure == null) {
              acknowledgement.acknowledged();
            } else {
              failures.notWritten(input, size, failure, acknowledgement);
            }
          });
    } catch (RuntimeException e) {
      // Thrown instead of told to the callback: interrupted, or closed.
      unacknowledgedBytes.addAndGet(-size);
      failures.notWritten(input, size, e, acknowledgement);
    }
  }

  /** Bytes of the records whose acknowledgement is still to be told. Any thread may ask. */
  public long unacknowledgedBytes() {
    return unacknowledgedBytes.get();
  }

  /** With so many unacknowledged bytes or more a caller waits before it writes again. */
  public long maxUnacknowledgedBytes() {
    return maxUnacknowledgedBytes;
  }

  /** Gives the producer half a second for what waits; the rest is told to be broken. */
  @Override
  public void close() {
    try {
      producer.close(CLOSE);
    } catch (RuntimeException e) {
      LOG.warn("The producer of results could not be closed", e);
    }
    Converters.close(keys);
    Converters.close(values);
  }

  private static long size(ProducerRecord<byte[], byte[]> record) {
    long size = PER_RECORD + length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      // A character of a name is three bytes at most.
      size += 3L * header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
