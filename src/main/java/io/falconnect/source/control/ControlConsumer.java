// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.ClientCheck;
import io.falconnect.connect.ClientKeys;
import io.falconnect.connect.ValidationReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Settings of the consumer that reads the control topic: the keys {@code control.consumer.*}.
 * Stateless.
 */
public final class ControlConsumer {
  private static final String PREFIX = "control.consumer.";

  /** The keys of the consumer. */
  static final ClientKeys KEYS = new ClientKeys(PREFIX, ControlConfig.BOOTSTRAP);

  /** The settings that the user cannot choose, and why. */
  private static final Map<String, String> FIXED =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "positions are in the source offsets; a new connector begins at the first control record",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          "positions are in the source offsets",
          ConsumerConfig.GROUP_ID_CONFIG,
          "partitions are assigned to tasks, without a consumer group",
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
          "use " + ControlConfig.BOOTSTRAP);

  /** Values of fixed settings that are allowed, because they say what the connector does anyway. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");

  /** Their values are not checked, because the connector overwrites them. */
  private static final Set<String> OVERWRITTEN =
      Stream.concat(
              FIXED.keySet().stream(),
              Stream.of(
                  ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                  ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG))
          .collect(Collectors.toSet());

  private ControlConsumer() {}

  static Map<String, Object> createSettings(AbstractConfig config, String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.putAll(config.originalsWithPrefix(PREFIX));
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.getList(ControlConfig.BOOTSTRAP));
    // Positions are in the source offsets: a lost position must fail the task, not reset it.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return settings;
  }

  /** The names of the consumer's settings, by the prefix of their keys. */
  public static Map<String, Set<String>> settingNames() {
    return Map.of(PREFIX, ConsumerConfig.configNames());
  }

  /** Whether the consumer sees only committed records, which exactly-once needs. */
  public static boolean readsCommitted(Map<String, ?> props) {
    Object level = props.get(PREFIX + ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    return level == null || "read_committed".equalsIgnoreCase(level.toString().trim());
  }

  /**
   * Reports fixed keys and single values that Kafka refuses, in properties as the user set them.
   */
  public static void checkKeys(ValidationReport report, Map<String, String> props) {
    FIXED.forEach(
        (key, why) -> {
          String value = props.get(PREFIX + key);
          if (value != null && !value.trim().equals(ALLOWED.get(key))) {
            report.addError(PREFIX + key, "cannot be set: " + why);
          }
        });
    new ClientCheck(report, props, KEYS).checkValues(ConsumerConfig.configDef(), OVERWRITTEN);
  }

  /** Reports settings that Kafka's consumer refuses as a whole. Does not use the network. */
  static void checkSettings(ValidationReport report, AbstractConfig config) {
    Map<String, Object> settings = createSettings(config, "check");
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    new ClientCheck(report, config.originalsStrings(), KEYS)
        .checkTogether(config.getList(ControlConfig.BOOTSTRAP), settings, ConsumerConfig::new);
  }
}
