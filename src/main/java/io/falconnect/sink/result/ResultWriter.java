// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.Converters;
import io.falconnect.connect.KafkaClients;
import io.falconnect.connect.RateLimitedLog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results to Kafka with a producer that only this task uses. The delivery thread writes; the
 * task thread opens, watches and closes the writer.
 *
 * <p>While Kafka is away, or the schema registry of a converter, the writer is held back: the
 * caller keeps the records, in their order, and tries again.
 */
public final class ResultWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
  private static final Duration CLOSE = Duration.ofMillis(500);
  private static final Duration LOOKUP_LIMIT = Duration.ofSeconds(10);

  /** For how long Kafka may acknowledge nothing before the task says so, and how often. */
  private static final Duration STALL = Duration.ofSeconds(30);

  private final OutputConfig config;
  private final Converter keys;
  private final Converter values;
  private final ResultRecords records;
  private final ResultFailures failures;
  private final Producer<byte[], byte[]> producer;
  private final ProducerMemory memory;
  private final TopicLookup lookup;
  private final ConversionRetry conversions;
  private final LongSupplier nanoClock;
  private final RateLimitedLog stallLog;
  private final RateLimitedLog conversionLog;
  private volatile boolean sending;

  /**
   * A writer with a producer that is configured already.
   *
   * @param settings of the producer
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  ResultWriter(
      OutputConfig config,
      RecordForm form,
      Converter keys,
      Converter values,
      Map<String, Object> settings,
      Producer<byte[], byte[]> producer,
      LongSupplier nanoClock) {
    this.config = config;
    this.keys = keys;
    this.values = values;
    this.records = new ResultRecords(config.topic(), form, keys, values, config.isPlainJson());
    this.failures = new ResultFailures(config.topic(), config.kind().producerPrefix());
    this.producer = producer;
    this.memory =
        new ProducerMemory(
            OutputProducer.batchSize(settings, config.kind()),
            OutputProducer.bufferMemory(settings, config.kind()));
    this.conversions =
        new ConversionRetry(config.retry().backoff(), config.retry().timeout(), nanoClock);
    this.nanoClock = nanoClock;
    this.stallLog = new RateLimitedLog(LOG, STALL, nanoClock);
    this.conversionLog = new RateLimitedLog(LOG, STALL, nanoClock);
    this.lookup =
        TopicLookup.start(
            producer, config.topic(), config.task().threadName() + "-lookup", memory::onPartitions);
  }

  /**
   * Opens a writer, and looks its topic up for up to ten seconds. If the cluster does not answer,
   * the writer is open nevertheless, and held back until the topic is found.
   *
   * @param form the form of the records
   * @throws ConnectException if the topic does not exist, or the producer or a converter cannot be
   *     created
   */
  public static ResultWriter open(OutputConfig config, RecordForm form) {
    Converter keys = config.createKeyConverter();
    Converter values = null;
    Producer<byte[], byte[]> producer = null;
    try {
      values = config.createValueConverter();
      Map<String, Object> settings = config.producerSettings();
      producer = KafkaClients.createProducer(config.kind().producerKeys(), settings);
      ResultWriter writer =
          new ResultWriter(config, form, keys, values, settings, producer, System::nanoTime);
      writer.awaitTopic();
      return writer;
    } catch (RuntimeException e) {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
      Converters.close(keys);
      Converters.close(values);
      throw e;
    }
  }

  private static ConnectException cannotBeFound(
      OutputConfig config, Throwable why, KafkaException cause) {
    return new ConnectException(
        "The topic '%s' (%s) cannot be found at %s (%s): %s"
            .formatted(
                config.topic(),
                config.kind().topicKey(),
                config.servers(),
                config.kind().bootstrapKey(),
                why.getMessage()),
        cause);
  }

  private void awaitTopic() {
    lookup.await(LOOKUP_LIMIT);
    if (!lookup.isFound() && lookup.failure() == null) {
      Optional<KafkaException> problem =
          OutputTopic.findLastingProblem(config).map(KafkaException::new);
      if (problem.isPresent()) {
        throw cannotBeFound(config, problem.get(), problem.get());
      }
    }
    checkProgress();
  }

  /**
   * Writes a result. Throws nothing. If it returns true, an acknowledgement is handed over in every
   * case, exactly once, on the producer's thread or, if a record fails at once, on the calling
   * thread. If it returns false, the caller has to write the same result again before any other:
   * its converter has failed for a reason that may pass.
   *
   * <p>Does not block as long as the caller writes only when {@link #mayWrite}, and the topic is
   * not deleted.
   */
  boolean write(
      Publication publication, ResultRecord result, Consumer<Acknowledgement> acknowledgements) {
    long startedAt = nanoClock.getAsLong();
    ProducerRecord<byte[], byte[]> record;
    try {
      record = records.createRecord(publication.input(), result);
    } catch (RuntimeException e) {
      if (Converters.isTemporary(e) && conversions.onFailure(startedAt)) {
        conversionLog.warn(
            "Converting again later: " + failures.describeConversion(publication, e));
        return false;
      }
      conversions.onSuccess();
      acknowledgements.accept(failures.judgeConversion(publication, result, e));
      return true;
    }
    conversions.onSuccess();
    send(publication, result, record, acknowledgements);
    return true;
  }

  private void send(
      Publication publication,
      ResultRecord result,
      ProducerRecord<byte[], byte[]> record,
      Consumer<Acknowledgement> acknowledgements) {
    long size = ProducerMemory.estimateSize(record);
    memory.add(size, nanoClock.getAsLong());
    sending = true;
    try {
      producer.send(
          record,
          (metadata, failure) ->
              acknowledgements.accept(onSent(publication, result, size, metadata, failure)));
    } catch (RuntimeException e) {
      // The thread was interrupted, or the producer is closed. The producer calls no callback then.
      acknowledgements.accept(onSent(publication, result, size, null, e));
    } finally {
      sending = false;
    }
  }

  private Acknowledgement onSent(
      Publication publication,
      ResultRecord result,
      long size,
      RecordMetadata metadata,
      Exception failure) {
    memory.remove(size, nanoClock.getAsLong());
    if (failure != null) {
      return failures.judgeSend(publication, result, size, failure);
    }
    memory.onPartitions(metadata.partition() + 1);
    return Acknowledgement.written(publication, result);
  }

  /** Whether a record may be written now. If not, the producer would block, or it is too soon. */
  public boolean mayWrite() {
    return lookup.isFound() && !memory.isFull() && !conversions.isWaiting();
  }

  /**
   * Whether the delivery thread is in a call of the producer's, which may block if the topic was
   * deleted. Any thread may ask.
   */
  public boolean isSending() {
    return sending;
  }

  /** The bytes of all records that are not acknowledged yet. Any thread may ask. */
  public long unacknowledgedBytes() {
    return memory.bytes();
  }

  /**
   * Warns if Kafka has not acknowledged anything for long, or the topic was not found yet. Called
   * by the task thread.
   *
   * @throws ConnectException if the topic cannot be found, for a reason that does not pass
   */
  public void checkProgress() {
    if (lookup.failure() != null) {
      throw cannotBeFound(config, lookup.failure(), lookup.failure());
    }
    long seconds = Duration.ofNanos(memory.stalledNanos(nanoClock.getAsLong())).toSeconds();
    if (!lookup.isFound()) {
      stallLog.warn(
          "The topic '%s' (%s) is not known yet: %s (%s) does not answer. No input is started before that"
              .formatted(
                  config.topic(),
                  config.kind().topicKey(),
                  config.servers(),
                  config.kind().bootstrapKey()));
    } else if (seconds >= STALL.toSeconds()) {
      stallLog.warn(
          "Kafka has acknowledged no record for topic '%s' for %s s. %s records wait, and no further inputs are started than may be in flight"
              .formatted(config.topic(), seconds, memory.records()));
    }
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
}
