// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.Converters;
import io.falconnect.connect.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results to Kafka with a producer that only this task uses. The delivery thread writes; the
 * task thread opens and closes the writer.
 */
public final class ResultWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
  private static final Duration CLOSE = Duration.ofMillis(500);

  /** An upper bound for the producer's memory that a record takes besides its bytes. */
  private static final int PER_RECORD = 128;

  private final Converter keys;
  private final Converter values;
  private final ResultRecords records;
  private final ResultFailures failures;
  private final Producer<byte[], byte[]> producer;
  private final long maxUnacknowledgedBytes;
  private final AtomicLong unacknowledgedBytes = new AtomicLong();

  private ResultWriter(OutputConfig config, RecordForm form, Converter keys, Converter values) {
    Map<String, Object> settings = config.producerSettings();
    this.keys = keys;
    this.values = values;
    this.records = new ResultRecords(config.topic(), form, keys, values, config.isPlainJson());
    this.failures = new ResultFailures(config.topic(), config.kind().producerPrefix());
    this.producer = createProducer(config, settings);
    this.maxUnacknowledgedBytes =
        Long.parseLong(settings.get(ProducerConfig.BUFFER_MEMORY_CONFIG).toString().trim()) / 2;
  }

  /**
   * Opens a writer. The producer looks the topic up, so that no write has to wait for that. Blocks
   * for {@code max.block.ms} if the topic does not exist.
   *
   * @param form the form of the records
   * @throws ConnectException if the topic does not exist, its cluster cannot be reached, or the
   *     producer or a converter cannot be created
   */
  public static ResultWriter open(OutputConfig config, RecordForm form) {
    Converter keys = config.createKeyConverter();
    Converter values = null;
    try {
      values = config.createValueConverter();
      return new ResultWriter(config, form, keys, values);
    } catch (RuntimeException e) {
      Converters.close(keys);
      Converters.close(values);
      throw e;
    }
  }

  private static Producer<byte[], byte[]> createProducer(
      OutputConfig config, Map<String, Object> settings) {
    Producer<byte[], byte[]> producer =
        KafkaClients.createProducer(config.kind().producerKeys(), settings);
    try {
      producer.partitionsFor(config.topic());
      return producer;
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw new ConnectException(
          "The topic '%s' (%s) cannot be found at %s (%s): %s"
              .formatted(
                  config.topic(),
                  config.kind().topicKey(),
                  config.servers(),
                  config.kind().bootstrapKey(),
                  e.getMessage()),
          e);
    }
  }

  /**
   * Writes a result. Throws nothing: an acknowledgement is handed over in every case, exactly once,
   * on the producer's thread or, if a record fails at once, on the calling thread.
   *
   * <p>Blocks for {@code max.block.ms} at most, and only if more than {@link
   * #maxUnacknowledgedBytes} are unacknowledged already.
   */
  void write(
      Publication publication, ResultRecord result, Consumer<Acknowledgement> acknowledgements) {
    ProducerRecord<byte[], byte[]> record;
    try {
      record = records.createRecord(publication.input(), result);
    } catch (RuntimeException e) {
      acknowledgements.accept(failures.judgeConversion(publication, result, e));
      return;
    }
    long size = estimateSize(record);
    unacknowledgedBytes.addAndGet(size);
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            unacknowledgedBytes.addAndGet(-size);
            acknowledgements.accept(
                failure == null
                    ? Acknowledgement.written(publication, result)
                    : failures.judgeSend(publication, result, size, failure));
          });
    } catch (RuntimeException e) {
      // The thread was interrupted, or the producer is closed. The producer calls no callback then.
      unacknowledgedBytes.addAndGet(-size);
      acknowledgements.accept(failures.judgeSend(publication, result, size, e));
    }
  }

  /** The bytes of all records that are not acknowledged yet. Any thread may ask. */
  public long unacknowledgedBytes() {
    return unacknowledgedBytes.get();
  }

  /** While more bytes than this are unacknowledged, the caller must not write. */
  public long maxUnacknowledgedBytes() {
    return maxUnacknowledgedBytes;
  }

  /**
   * Closes the producer and the converters on the task thread. The producer gets half a second for
   * the records that wait; the acknowledgements of those that it does not send are failures.
   */
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

  private static long estimateSize(ProducerRecord<byte[], byte[]> record) {
    long size = PER_RECORD + lengthOf(record.key()) + lengthOf(record.value());
    for (Header header : record.headers()) {
      // A character of a name is three bytes at most.
      size += 3L * header.key().length() + lengthOf(header.value());
    }
    return size;
  }

  private static int lengthOf(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
