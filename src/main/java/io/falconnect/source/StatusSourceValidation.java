// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.StatusSourceConfig.CONSUMER_PREFIX;
import static io.falconnect.source.StatusSourceConfig.CONTROL_BOOTSTRAP;
import static io.falconnect.source.StatusSourceConfig.CONTROL_CONVERTER;
import static io.falconnect.source.StatusSourceConfig.CONTROL_TOPIC;
import static io.falconnect.source.StatusSourceConfig.ERRORS_TOLERANCE;
import static io.falconnect.source.StatusSourceConfig.ERRORS_TOPIC;
import static io.falconnect.source.StatusSourceConfig.RESULT_TOPIC;
import static io.falconnect.source.StatusSourceConfig.STATUS_TOPIC;

import io.falconnect.connect.ClientCheck;
import io.falconnect.connect.ConfigReport;
import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.Converters;
import io.falconnect.connect.Props;
import io.falconnect.source.control.ControlPartitions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that need more than one value, and those that need the network. Finds as much as it can
 * and throws nothing: what is wrong is said of the key it is wrong with.
 */
final class StatusSourceValidation {
  private static final Logger LOG = LoggerFactory.getLogger(StatusSourceValidation.class);

  /** The embedded consumer's settings that are not a user's to choose, and why. */
  private static final Map<String, String> FIXED =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "positions are in the source offsets; a new connector begins at the first control record",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          "positions are in the source offsets",
          ConsumerConfig.GROUP_ID_CONFIG,
          "partitions are assigned to tasks, without a consumer group",
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
          "use " + CONTROL_BOOTSTRAP);

  /** What the connector does anyway may be said. */
  private static final Map<String, String> OWN =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");

  /** What is not looked at, for the connector sets it in any case. */
  private static final Set<String> SET_ANYWAY =
      Stream.concat(
              FIXED.keySet().stream(),
              Stream.of(
                  ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                  ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG))
          .collect(Collectors.toSet());

  private StatusSourceValidation() {}

  /** Adds what is wrong to what was found in the single values. */
  static Config validate(Config found, Map<String, String> all) {
    ConfigReport report = new ConfigReport(found);
    report.required(all, CONTROL_TOPIC, CONTROL_BOOTSTRAP, STATUS_TOPIC);
    Map<String, String> props = Props.given(all);
    ClientCheck client = new ClientCheck(report, props, CONSUMER_PREFIX, CONTROL_BOOTSTRAP);
    consumerKeys(report, props);
    client.values(ConsumerConfig.configDef(), SET_ANYWAY);
    if (report.hasErrors()) {
      return report.config();
    }
    StatusSourceConfig config = new StatusSourceConfig(props);
    consumer(client, config);
    topics(report, config);
    converter(report, config);
    config.fal().check(report);
    warn(props);
    if (!report.hasErrors() && config.fal().connection().isChecked()) {
      ControlPartitions.check(config, report);
      config.fal().checkConnection(report, ConnectionConfig.QUEUE_URL);
    }
    return report.config();
  }

  private static void consumerKeys(ConfigReport report, Map<String, String> props) {
    FIXED.forEach(
        (key, why) -> {
          String value = props.get(CONSUMER_PREFIX + key);
          if (value != null && !value.equals(OWN.get(key))) {
            report.error(CONSUMER_PREFIX + key, "cannot be set: " + why);
          }
        });
  }

  /** What Kafka's consumer would have against the settings, without the network. */
  private static void consumer(ClientCheck client, StatusSourceConfig config) {
    Map<String, Object> settings = config.consumer("check");
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    client.whole(config.getList(CONTROL_BOOTSTRAP), settings, ConsumerConfig::new);
  }

  private static void topics(ConfigReport report, StatusSourceConfig config) {
    for (String key : List.of(STATUS_TOPIC, RESULT_TOPIC, ERRORS_TOPIC)) {
      if (config.controlTopic().equals(config.getString(key))) {
        report.error(key, "is the control topic: the connector would read what it writes");
      }
    }
  }

  private static void converter(ConfigReport report, StatusSourceConfig config) {
    Class<?> type = config.getClass(CONTROL_CONVERTER);
    if (!Converter.class.isAssignableFrom(type)) {
      report.error(CONTROL_CONVERTER, type.getName() + " is not a Converter");
      return;
    }
    try {
      Converters.close(config.controlConverter());
    } catch (RuntimeException | LinkageError e) {
      report.error(CONTROL_CONVERTER, "cannot be configured: " + e.getMessage());
    }
  }

  private static void warn(Map<String, String> props) {
    boolean exactlyOnce = "required".equalsIgnoreCase(props.get("exactly.once.support"));
    if (StatusSourceConfig.tolerant(props) && !exactlyOnce) {
      LOG.warn(
          "{}=all without exactly-once source support acknowledges records that could not be sent:"
              + " events can be lost. Set exactly.once.support=required on {} to be sure",
          ERRORS_TOLERANCE,
          props.get("name"));
    }
    if (!StatusSourceConfig.tolerant(props) && props.get(ERRORS_TOPIC) != null) {
      LOG.warn("{} is of use only with {}=all", ERRORS_TOPIC, ERRORS_TOLERANCE);
    }
  }
}
