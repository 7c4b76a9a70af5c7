// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.ClientCheck;
import io.falconnect.connect.ValidationReport;
import io.falconnect.sink.result.OutputConfig.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of the producer that writes a sink's records: the keys {@code result.producer.*} or
 * {@code requests.producer.*}. Stateless.
 */
final class OutputProducer {
  /**
   * The producer never forgets the topic, so that the delivery thread never waits for a look-up.
   */
  private static final long METADATA_IDLE_MS = Duration.ofDays(3650).toMillis();

  /** With Kafka's default of 16 KiB a busy task sends a request for every two dozen results. */
  private static final int BATCH_SIZE = 64 << 10;

  private static final long BUFFER_MEMORY = 32L << 20;

  private OutputProducer() {}

  /**
   * Creates the settings, without serializers.
   *
   * @throws ConfigException if a size is not a number
   */
  static Map<String, Object> createSettings(AbstractConfig config, Kind kind, String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, METADATA_IDLE_MS);
    // As Connect's own producers: a cluster that is away is waited for.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_SIZE);
    settings.putAll(config.originalsWithPrefix(kind.producerPrefix()));
    settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, chooseMemory(settings, kind));
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.getList(kind.bootstrapKey()));
    // An input's offset is committed when the brokers acknowledge: all replicas must have it.
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    List.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG)
        .forEach(settings::remove);
    return settings;
  }

  /** Half of the memory is for records that wait; the largest record must fit besides them. */
  private static long chooseMemory(Map<String, Object> settings, Kind kind) {
    String key = ProducerConfig.MAX_REQUEST_SIZE_CONFIG;
    long maxRequest = settings.containsKey(key) ? parseSize(settings, kind, key) : 0;
    return Math.max(BUFFER_MEMORY, 2 * maxRequest);
  }

  /** The memory of the producer, in bytes. */
  static long bufferMemory(Map<String, Object> settings, Kind kind) {
    return parseSize(settings, kind, ProducerConfig.BUFFER_MEMORY_CONFIG);
  }

  /** The memory that the producer allocates for a batch of small records, in bytes. */
  static int batchSize(Map<String, Object> settings, Kind kind) {
    return (int) parseSize(settings, kind, ProducerConfig.BATCH_SIZE_CONFIG);
  }

  private static long parseSize(Map<String, Object> settings, Kind kind, String key) {
    Object value = settings.get(key);
    return (Long)
        ConfigDef.parseType(
            kind.producerPrefix() + key, String.valueOf(value), ConfigDef.Type.LONG);
  }

  /**
   * Reports fixed keys and single values that Kafka refuses, in properties as the user set them.
   */
  static void checkKeys(ValidationReport report, Kind kind, Map<String, String> props) {
    String prefix = kind.producerPrefix();
    Map<String, String> fixed = fixedKeys(kind);
    fixed.forEach(
        (key, why) -> {
          if (props.containsKey(prefix + key)) {
            report.addError(prefix + key, "cannot be set: " + why);
          }
        });
    String acks = props.get(prefix + ProducerConfig.ACKS_CONFIG);
    if (acks != null && !List.of("all", "-1").contains(acks.trim())) {
      report.addError(
          prefix + ProducerConfig.ACKS_CONFIG,
          "can only be all: an input is done when its results are safe");
    }
    String idempotence = props.get(prefix + ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);
    if (idempotence != null && !"true".equalsIgnoreCase(idempotence.trim())) {
      report.addError(
          prefix + ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          "can only be true: results are written once and in order");
    }
    new ClientCheck(report, props, kind.producerKeys())
        .checkValues(ProducerConfig.configDef(), fixed.keySet());
  }

  /** The settings that the user cannot choose, and why. */
  private static Map<String, String> fixedKeys(Kind kind) {
    return Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        "use " + kind.bootstrapKey(),
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
        "use " + kind.keyConverterKey(),
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
        "use " + kind.valueConverterKey(),
        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
        "records are written without transactions");
  }

  /** Reports settings that Kafka's producer refuses as a whole. Does not use the network. */
  static void checkSettings(ValidationReport report, AbstractConfig config, Kind kind) {
    Map<String, Object> settings = createSettings(config, kind, "check");
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    new ClientCheck(report, config.originalsStrings(), kind.producerKeys())
        .checkTogether(
            config.getList(kind.bootstrapKey()), settings, OutputProducer::parseSettings);
  }

  /** Parses the settings, and checks the time for delivery as the producer does when created. */
  private static void parseSettings(Map<String, Object> settings) {
    ProducerConfig producer = new ProducerConfig(settings);
    long linger = Math.min(producer.getLong(ProducerConfig.LINGER_MS_CONFIG), Integer.MAX_VALUE);
    long tried = linger + producer.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    if (settings.containsKey(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)
        && producer.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)
            < Math.min(tried, Integer.MAX_VALUE)) {
      throw new ConfigException(
          "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms");
    }
  }
}
