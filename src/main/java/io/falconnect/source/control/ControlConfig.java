// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.Converters;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.connect.Validators;
import io.falconnect.fal.EndpointId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/** The control topic and the reading of its records: the keys {@code control.*}. */
public final class ControlConfig {
  public static final String TOPIC = "control.topic";
  public static final String BOOTSTRAP = "control.bootstrap.servers";
  static final String CONVERTER = "control.value.converter";
  public static final String HEARTBEAT_TOPIC = "control.heartbeat.topic";
  private static final String HEARTBEAT_INTERVAL = "control.heartbeat.interval.ms";
  private static final String REFRESH = "control.refresh.interval.ms";
  private static final String LOGS = "status.logs";

  /** Internal: the connector tells each task its number. */
  static final String TASK_ID = "control.task.id";

  /** Internal: the connector tells each task its partitions of the control topic. */
  static final String TASK_PARTITIONS = "control.partitions.assigned";

  /** Internal: the connector tells each task how many partitions the control topic has. */
  static final String TASK_PARTITION_COUNT = "control.partitions.count";

  private final AbstractConfig config;
  private final ConnectionConfig connection;
  private final TaskConfig task;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public ControlConfig(AbstractConfig config) {
    this.config = config;
    this.connection = new ConnectionConfig(config);
    this.task = new TaskConfig(config, TASK_ID);
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    KeyGroup group = new KeyGroup(definition, "control topic");
    defineTopic(group);
    defineRecords(group);
    defineHeartbeats(group);
  }

  private static void defineTopic(KeyGroup group) {
    group
        .key(TOPIC, Type.STRING)
        .required()
        .validatedBy(Validators.TOPIC)
        .high()
        .describe("Control topic", "The topic with the control records, which ask for watches.")
        .key(BOOTSTRAP, Type.LIST)
        .required()
        .high()
        .describe(
            "Control bootstrap servers",
            "Brokers of the Kafka cluster that has the control topic. Connect does not tell connectors its own brokers. All other keys of the consumer have the prefix 'control.consumer.', such as control.consumer.security.protocol. control.consumer.isolation.level is read_committed by default. The connector stores the positions itself: control.consumer.group.id, auto.offset.reset and enable.auto.commit cannot be changed.")
        .key(REFRESH, Type.LONG)
        .defaultsTo(10_000L)
        .validatedBy(ConfigDef.Range.atLeast(100))
        .low()
        .describe(
            "Control refresh interval",
            "How often the connector looks for new partitions of the control topic, in milliseconds.");
  }

  private static void defineRecords(KeyGroup group) {
    group
        .key(CONVERTER, Type.CLASS)
        .defaultsTo(JsonConverter.class)
        .describe(
            "Control value converter",
            "Converter of the values of control records. The converter's own keys have this key as prefix. JSON is read without schemas unless "
                + CONVERTER
                + ".schemas.enable is true.")
        .key(LOGS, Type.BOOLEAN)
        .defaultsTo(false)
        .describe(
            "Runner logs",
            "Whether to ask fal for runner logs. A control record with the field 'logs' decides for its own watch.");
  }

  private static void defineHeartbeats(KeyGroup group) {
    group
        .key(HEARTBEAT_TOPIC, Type.STRING)
        .validatedBy(Validators.TOPIC)
        .describe(
            "Heartbeat topic",
            "The topic of a small record that is written when control records were read and nothing was published. Connect stores a position only with a record, so without this the stored position may be older than what retention leaves of the control topic.")
        .key(HEARTBEAT_INTERVAL, Type.LONG)
        .defaultsTo(60_000L)
        .validatedBy(ConfigDef.Range.atLeast(100))
        .low()
        .describe(
            "Heartbeat interval",
            "How often such a record is written at most for each partition of the control topic, in milliseconds.");
  }

  public String topic() {
    return config.getString(TOPIC);
  }

  /** Brokers of the control topic's cluster, for messages. */
  String servers() {
    return String.join(",", bootstrap());
  }

  /** Addresses of brokers of the control topic's cluster. */
  List<String> bootstrap() {
    return config.getList(BOOTSTRAP);
  }

  /** Whether the user has set a key with this prefix, also one of Connect's own. */
  boolean hasAnyKey(String prefix) {
    return config.originals().keySet().stream().anyMatch(key -> key.startsWith(prefix));
  }

  /** Creates the settings of a consumer; the role is a part of its client id. */
  public Map<String, Object> createConsumerSettings(String role) {
    return ControlConsumer.createSettings(config, task.connectorName() + "-" + role);
  }

  /** Creates a configured converter for the values of control records. */
  public Converter createConverter() {
    return Converters.create(config, CONVERTER, false);
  }

  long refreshMillis() {
    return config.getLong(REFRESH);
  }

  /** Empty when positions are stored with other records only. */
  public Optional<String> heartbeatTopic() {
    return Optional.ofNullable(config.getString(HEARTBEAT_TOPIC));
  }

  Duration heartbeatInterval() {
    return Duration.ofMillis(config.getLong(HEARTBEAT_INTERVAL));
  }

  /** Whether a watch has logs when its control record does not say. */
  public boolean asksForLogs() {
    return config.getBoolean(LOGS);
  }

  /** Every URL in a control record must be below this URL. */
  List<HttpUrl> queueUrls() {
    return connection.queueUrls();
  }

  /** The endpoint of control records that name none. */
  Optional<EndpointId> defaultEndpoint() {
    return connection.endpoint();
  }

  /** The section with the names and numbers that Connect gives to the connector or task. */
  public TaskConfig task() {
    return task;
  }

  /** How many partitions the control topic has; only in a task's configuration. */
  public int partitionCount() {
    return Integer.parseInt(config.originalsStrings().get(TASK_PARTITION_COUNT));
  }

  /** The task's own partitions of the control topic; empty in a connector's configuration. */
  public List<TopicPartition> assignedPartitions() {
    String partitions = String.valueOf(config.originals().getOrDefault(TASK_PARTITIONS, ""));
    return Arrays.stream(partitions.split(","))
        .filter(text -> !text.isBlank())
        .map(text -> new TopicPartition(topic(), Integer.parseInt(text.trim())))
        .toList();
  }

  /**
   * Reports consumer settings and a converter that cannot be used, and a heartbeat topic that is
   * the control topic. Does not use the network.
   */
  public void check(ValidationReport report) {
    if (topic().equals(config.getString(HEARTBEAT_TOPIC))) {
      report.addError(
          HEARTBEAT_TOPIC, "is the control topic: the connector would read what it writes");
    }
    ControlConsumer.checkSettings(report, config);
    Converters.check(report, config, CONVERTER, false);
  }
}
