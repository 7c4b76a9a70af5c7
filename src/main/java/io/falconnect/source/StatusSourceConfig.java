// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.config.FalConfig;
import io.falconnect.config.Validators;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/** Configuration of the status source, of the connector as of its tasks. */
final class StatusSourceConfig extends AbstractConfig {
  static final String CONTROL_TOPIC = "control.topic";
  static final String CONTROL_BOOTSTRAP = "control.bootstrap.servers";
  static final String CONSUMER_PREFIX = "control.consumer.";
  static final String CONTROL_CONVERTER = "control.value.converter";
  static final String CONTROL_REFRESH = "control.refresh.interval.ms";
  static final String STATUS_TOPIC = "status.topic";
  static final String STATUS_LOGS = "status.logs";
  static final String STATUS_RAW = "status.include.raw";
  static final String MAX_OPEN_STREAMS = "status.max.open.streams";
  static final String MAX_RECORD_BYTES = "status.max.record.bytes";
  static final String RESULT_TOPIC = "result.topic";
  static final String RESULT_FORMAT = "result.format";
  static final String ERRORS_TOPIC = "errors.topic";

  /** Connect's own key, read here for what it says of errors that are not Connect's. */
  static final String ERRORS_TOLERANCE = "errors.tolerance";

  /** What the connector tells each task: which partitions are its own, and its number. */
  static final String TASK_PARTITIONS = "control.partitions.assigned";

  static final String TASK_ID = "control.task.id";

  private static final String CONTROL = "control topic";
  private static final String STATUS = "status";
  private static final String RESULT = "results and errors";
  private static final String PRODUCER_MAX_REQUEST = "producer.override.max.request.size";
  private static final long KAFKA_MAX_REQUEST = 1_048_576;

  /** The definition of all keys a user sets. */
  static ConfigDef definition() {
    ConfigDef def = new ConfigDef();
    defineControl(def);
    defineStatus(def);
    defineResults(def);
    return FalConfig.addTo(def);
  }

  private static void defineControl(ConfigDef def) {
    def.define(
            CONTROL_TOPIC,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            Validators.TOPIC,
            Importance.HIGH,
            "The topic where watches are asked for.",
            CONTROL,
            1,
            Width.MEDIUM,
            "Control topic")
        .define(
            CONTROL_BOOTSTRAP,
            Type.LIST,
            ConfigDef.NO_DEFAULT_VALUE,
            Importance.HIGH,
            "Brokers of the Kafka cluster that has the control topic. Connect does not tell connectors its own.",
            CONTROL,
            2,
            Width.LONG,
            "Control bootstrap servers")
        .define(
            CONTROL_CONVERTER,
            Type.CLASS,
            JsonConverter.class,
            Importance.MEDIUM,
            "Converter of control record values; its own keys go under this one. JSON is read without schemas unless "
                + CONTROL_CONVERTER
                + ".schemas.enable is true.",
            CONTROL,
            3,
            Width.LONG,
            "Control value converter")
        .define(
            CONTROL_REFRESH,
            Type.LONG,
            10_000L,
            ConfigDef.Range.atLeast(100),
            Importance.LOW,
            "How often to look for new partitions of the control topic, in milliseconds.",
            CONTROL,
            4,
            Width.SHORT,
            "Control refresh interval");
  }

  private static void defineStatus(ConfigDef def) {
    def.define(
            STATUS_TOPIC,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            Validators.TOPIC,
            Importance.HIGH,
            "The topic where status events are published.",
            STATUS,
            1,
            Width.MEDIUM,
            "Status topic")
        .define(
            STATUS_LOGS,
            Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Ask for runner logs, where a control record does not say.",
            STATUS,
            2,
            Width.SHORT,
            "Runner logs")
        .define(
            STATUS_RAW,
            Type.BOOLEAN,
            false,
            Importance.LOW,
            "Carry each event's JSON as received in 'raw'.",
            STATUS,
            3,
            Width.SHORT,
            "Raw events")
        .define(
            MAX_OPEN_STREAMS,
            Type.INT,
            null,
            atLeastOne(),
            Importance.MEDIUM,
            "The most open streams of a task; beyond it the control topic waits. Default: 10000 where the runtime has virtual threads, 2000 on platform threads.",
            STATUS,
            4,
            Width.SHORT,
            "Most open streams")
        .define(
            MAX_RECORD_BYTES,
            Type.LONG,
            null,
            ConfigDef.LambdaValidator.with(StatusSourceConfig::recordBytes, () -> "[65536,...]"),
            Importance.LOW,
            "The largest record, in bytes, that the worker's producer and the topics take. An event above it loses its oldest log lines, a result its output. Default: "
                + PRODUCER_MAX_REQUEST
                + " where it is set, else 1048576, Kafka's own default.",
            STATUS,
            5,
            Width.SHORT,
            "Largest record");
  }

  private static void defineResults(ConfigDef def) {
    def.define(
            RESULT_TOPIC,
            Type.STRING,
            null,
            Validators.TOPIC,
            Importance.MEDIUM,
            "When set, the result of each finished request is fetched and published there.",
            RESULT,
            1,
            Width.MEDIUM,
            "Result topic")
        .define(
            RESULT_FORMAT,
            Type.STRING,
            "map",
            ConfigDef.ValidString.in("map", "struct"),
            Importance.MEDIUM,
            "How results are published: 'map', without a schema, the output nested, for JSON; 'struct', with a schema, the output as a JSON string, for Avro, Protobuf and JSON Schema.",
            RESULT,
            2,
            Width.SHORT,
            "Result format")
        .define(
            ERRORS_TOPIC,
            Type.STRING,
            null,
            Validators.TOPIC,
            Importance.MEDIUM,
            "With " + ERRORS_TOLERANCE + "=all: where unusable control records go.",
            RESULT,
            3,
            Width.MEDIUM,
            "Errors topic");
  }

  private static ConfigDef.Validator atLeastOne() {
    ConfigDef.Range range = ConfigDef.Range.atLeast(1);
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          if (value != null) {
            range.ensureValid(key, value);
          }
        },
        range::toString);
  }

  private static void recordBytes(String key, Object value) {
    if (value != null) {
      ConfigDef.Range.atLeast(65_536).ensureValid(key, value);
    }
  }

  private final FalConfig fal;

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  StatusSourceConfig(Map<String, String> props) {
    super(definition(), props);
    this.fal = new FalConfig(this);
  }

  FalConfig fal() {
    return fal;
  }

  String connectorName() {
    return String.valueOf(originals().getOrDefault("name", "fal-status-source"));
  }

  String controlTopic() {
    return getString(CONTROL_TOPIC);
  }

  String statusTopic() {
    return getString(STATUS_TOPIC);
  }

  boolean logs() {
    return getBoolean(STATUS_LOGS);
  }

  boolean includeRaw() {
    return getBoolean(STATUS_RAW);
  }

  int maxOpenStreams(boolean virtualThreads) {
    Integer max = getInt(MAX_OPEN_STREAMS);
    return max != null ? max : virtualThreads ? 10_000 : 2_000;
  }

  long maxRecordBytes() {
    Long max = getLong(MAX_RECORD_BYTES);
    Object override = originals().get(PRODUCER_MAX_REQUEST);
    if (max != null) {
      return max;
    }
    return override == null ? KAFKA_MAX_REQUEST : Long.parseLong(override.toString().trim());
  }

  long controlRefreshMillis() {
    return getLong(CONTROL_REFRESH);
  }

  Optional<String> resultTopic() {
    return Optional.ofNullable(getString(RESULT_TOPIC));
  }

  boolean resultsAsStruct() {
    return getString(RESULT_FORMAT).equals("struct");
  }

  Optional<String> errorsTopic() {
    return Optional.ofNullable(getString(ERRORS_TOPIC));
  }

  /** Whether bad records and refused requests are reported and passed over, not fatal. */
  boolean tolerant() {
    return tolerant(originals());
  }

  static boolean tolerant(Map<String, ?> props) {
    return "all".equalsIgnoreCase(String.valueOf(props.get(ERRORS_TOLERANCE)));
  }

  /** Whether the embedded consumer sees only committed records: exactly-once depends on it. */
  static boolean readsCommitted(Map<String, ?> props) {
    Object level = props.get(CONSUMER_PREFIX + ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    return level == null || "read_committed".equalsIgnoreCase(level.toString().trim());
  }

  /** A new converter for control record values, configured. */
  Converter controlConverter() {
    Map<String, Object> settings = originalsWithPrefix(CONTROL_CONVERTER + ".");
    Class<?> type = getClass(CONTROL_CONVERTER);
    if (type.getName().equals(JsonConverter.class.getName())) {
      settings.putIfAbsent("schemas.enable", "false");
    }
    Converter converter = Utils.newInstance(type, Converter.class);
    converter.configure(settings, false);
    return converter;
  }

  /** Converters can be closed only from Kafka 3.8 on, and this runs on older workers too. */
  static void close(Converter converter) {
    if ((Object) converter instanceof AutoCloseable closeable) {
      Utils.closeQuietly(closeable, "control value converter");
    }
  }

  /** Settings of an embedded consumer with that role. */
  Map<String, Object> consumer(String role) {
    Map<String, Object> consumer = new HashMap<>();
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    consumer.put(CommonClientConfigs.CLIENT_ID_CONFIG, connectorName() + "-" + role);
    consumer.putAll(originalsWithPrefix(CONSUMER_PREFIX));
    consumer.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, getList(CONTROL_BOOTSTRAP));
    // Positions are in the source offsets: losing one's place must be said, not mended.
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return consumer;
  }

  /** The task's number. */
  int taskId() {
    return Integer.parseInt(String.valueOf(originals().getOrDefault(TASK_ID, "0")));
  }

  /** The partitions of the control topic that are the task's own. */
  List<TopicPartition> assigned() {
    String partitions = String.valueOf(originals().getOrDefault(TASK_PARTITIONS, ""));
    return Arrays.stream(partitions.split(","))
        .filter(text -> !text.isBlank())
        .map(text -> new TopicPartition(controlTopic(), Integer.parseInt(text.trim())))
        .toList();
  }
}
