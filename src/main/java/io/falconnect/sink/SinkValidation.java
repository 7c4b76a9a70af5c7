// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ClientCheck;
import io.falconnect.connect.ConfigReport;
import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.Converters;
import io.falconnect.connect.Props;
import io.falconnect.sink.result.OutputKeys;
import io.falconnect.sink.result.OutputTopic;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.storage.Converter;

/**
 * Checks of what the sinks have in common that need more than one value. Finds as much as it can
 * and throws nothing: what is wrong is said of the key it is wrong with.
 */
final class SinkValidation {
  private SinkValidation() {}

  /** Adds what is wrong to what was found in the single values. */
  static <C extends SinkConfig> Config validate(
      Config found,
      OutputKeys keys,
      Map<String, String> props,
      Function<Map<String, String>, C> parser) {
    return validate(found, keys, props, parser, (report, config) -> {});
  }

  /**
   * Adds what is wrong to what was found in the single values.
   *
   * @param own what only this sink checks
   */
  static <C extends SinkConfig> Config validate(
      Config found,
      OutputKeys keys,
      Map<String, String> all,
      Function<Map<String, String>, C> parser,
      BiConsumer<ConfigReport, C> own) {
    ConfigReport report = new ConfigReport(found);
    report.required(all, keys.topic(), keys.bootstrap());
    Map<String, String> props = Props.given(all);
    // Each task is told its own, whatever a user sets.
    props.remove(SinkConfig.TASK_ID);
    ClientCheck client = new ClientCheck(report, props, keys.producer(), keys.bootstrap());
    required(report, keys, props, client);
    if (report.hasErrors()) {
      return report.config();
    }
    C config = parser.apply(props);
    producer(client, config);
    check(report, config, props);
    own.accept(report, config);
    if (!report.hasErrors() && config.fal().connection().isChecked()) {
      OutputTopic.check(config, report);
      config.fal().checkConnection(report, config.contacted());
    }
    return report.config();
  }

  /** What a configuration cannot be made without: the endpoint, and sound producer settings. */
  private static void required(
      ConfigReport report, OutputKeys keys, Map<String, String> props, ClientCheck client) {
    if (props.get(ConnectionConfig.ENDPOINT_ID) == null) {
      report.error(ConnectionConfig.ENDPOINT_ID, "is required: the endpoint that gets the inputs");
    }
    Map<String, String> fixed = fixed(keys);
    fixed.forEach(
        (key, why) -> {
          if (props.containsKey(keys.producer() + key)) {
            report.error(keys.producer() + key, "cannot be set: " + why);
          }
        });
    guarantees(report, keys, props);
    client.values(ProducerConfig.configDef(), fixed.keySet());
  }

  /** The producer's settings that are not a user's to choose, and why. */
  private static Map<String, String> fixed(OutputKeys keys) {
    return Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        "use " + keys.bootstrap(),
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
        "use " + keys.keyConverter(),
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
        "use " + keys.valueConverter(),
        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
        "records are written without transactions");
  }

  /** What is wrong between the keys. */
  private static void check(ConfigReport report, SinkConfig config, Map<String, String> props) {
    if (reads(props, config.outputTopic())) {
      report.error(
          config.output().topic(), "is one of the inputs: the connector would read what it writes");
    }
    converter(report, config, config.output().keyConverter(), true);
    converter(report, config, config.output().valueConverter(), false);
    config.fal().check(report);
  }

  private static void guarantees(ConfigReport report, OutputKeys keys, Map<String, String> props) {
    String acks = props.get(keys.producer() + ProducerConfig.ACKS_CONFIG);
    if (acks != null && !List.of("all", "-1").contains(acks.trim())) {
      report.error(
          keys.producer() + ProducerConfig.ACKS_CONFIG,
          "can only be all: an input is done when its results are safe");
    }
    String idempotence = props.get(keys.producer() + ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);
    if (idempotence != null && !"true".equalsIgnoreCase(idempotence.trim())) {
      report.error(
          keys.producer() + ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          "can only be true: results are written once and in order");
    }
  }

  /** What Kafka's producer would have against the settings, without the network. */
  private static void producer(ClientCheck check, SinkConfig config) {
    Map<String, Object> settings = config.producer();
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    check.whole(config.getList(config.output().bootstrap()), settings, SinkValidation::delivers);
  }

  /** The time for delivery is checked by the producer itself, when it is made. */
  private static void delivers(Map<String, Object> settings) {
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

  private static boolean reads(Map<String, String> props, String topic) {
    String topics = props.getOrDefault(SinkConnector.TOPICS_CONFIG, "");
    if (Arrays.stream(topics.split(",")).map(String::trim).anyMatch(topic::equals)) {
      return true;
    }
    try {
      String regex = props.getOrDefault("topics.regex", "");
      return Pattern.matches(regex, topic);
    } catch (PatternSyntaxException e) {
      // Connect says so itself.
      return false;
    }
  }

  private static void converter(ConfigReport report, SinkConfig config, String key, boolean isKey) {
    Class<?> type = config.getClass(key);
    if (!Converter.class.isAssignableFrom(type)) {
      report.error(key, type.getName() + " is not a Converter");
      return;
    }
    try {
      Converters.close(Converters.create(config, key, isKey));
    } catch (RuntimeException | LinkageError e) {
      report.error(key, "cannot be configured: " + e.getMessage());
    }
  }
}
