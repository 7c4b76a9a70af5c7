// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.Converters;
import io.falconnect.connect.FalConfig;
import io.falconnect.connect.Props;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.storage.Converter;

/** Configuration of the status source, of the connector as of its tasks. */
public final class StatusSourceConfig extends AbstractConfig {
  public static final String CONTROL_TOPIC = "control.topic";
  public static final String CONTROL_BOOTSTRAP = "control.bootstrap.servers";
  static final String CONSUMER_PREFIX = "control.consumer.";
  static final String CONTROL_CONVERTER = "control.value.converter";
  static final String CONTROL_REFRESH = "control.refresh.interval.ms";
  static final String STATUS_TOPIC = "status.topic";
  static final String STATUS_LOGS = "status.logs";
  static final String STATUS_RAW = "status.include.raw";
  static final String MAX_OPEN_STREAMS = "status.max.open.streams";
  static final String MAX_RECORD_BYTES = "status.max.record.bytes";
  public static final String RESULT_TOPIC = "result.topic";
  static final String RESULT_FORMAT = "result.format";
  static final String ERRORS_TOPIC = "errors.topic";

  /** Connect's own key, read here for what it says of errors that are not Connect's. */
  public static final String ERRORS_TOLERANCE = "errors.tolerance";

  /** What the connector tells each task: which partitions are its own, and its number. */
  public static final String TASK_PARTITIONS = "control.partitions.assigned";

  public static final String TASK_ID = "control.task.id";

  static final String PRODUCER_MAX_REQUEST = "producer.override.max.request.size";
  private static final long KAFKA_MAX_REQUEST = 1_048_576;

  private final FalConfig fal;

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  public StatusSourceConfig(Map<String, String> props) {
    super(StatusSourceDefinition.definition(), Props.given(props));
    this.fal = new FalConfig(this);
  }

  public FalConfig fal() {
    return fal;
  }

  public String connectorName() {
    return String.valueOf(originals().getOrDefault("name", "fal-status-source"));
  }

  public String controlTopic() {
    return getString(CONTROL_TOPIC);
  }

  public String statusTopic() {
    return getString(STATUS_TOPIC);
  }

  public boolean logs() {
    return getBoolean(STATUS_LOGS);
  }

  public boolean includeRaw() {
    return getBoolean(STATUS_RAW);
  }

  int maxOpenStreams(boolean virtualThreads) {
    Integer max = getInt(MAX_OPEN_STREAMS);
    return max != null ? max : virtualThreads ? 10_000 : 2_000;
  }

  public long maxRecordBytes() {
    Long max = getLong(MAX_RECORD_BYTES);
    Object override = originals().get(PRODUCER_MAX_REQUEST);
    if (max != null) {
      return max;
    }
    return override == null ? KAFKA_MAX_REQUEST : Long.parseLong(override.toString().trim());
  }

  public long controlRefreshMillis() {
    return getLong(CONTROL_REFRESH);
  }

  public Optional<String> resultTopic() {
    return Optional.ofNullable(getString(RESULT_TOPIC));
  }

  public boolean resultsAsStruct() {
    return getString(RESULT_FORMAT).equals("struct");
  }

  public Optional<String> errorsTopic() {
    return Optional.ofNullable(getString(ERRORS_TOPIC));
  }

  /** Whether bad records and refused requests are reported and passed over, not fatal. */
  public boolean tolerant() {
    return tolerant(originals());
  }

  public static boolean tolerant(Map<String, ?> props) {
    return "all".equalsIgnoreCase(String.valueOf(props.get(ERRORS_TOLERANCE)));
  }

  /** Whether the embedded consumer sees only committed records: exactly-once depends on it. */
  static boolean readsCommitted(Map<String, ?> props) {
    Object level = props.get(CONSUMER_PREFIX + ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    return level == null || "read_committed".equalsIgnoreCase(level.toString().trim());
  }

  /** A new converter for control record values, configured. */
  public Converter controlConverter() {
    return Converters.create(this, CONTROL_CONVERTER, false);
  }

  /** Settings of an embedded consumer with that role. */
  public Map<String, Object> consumer(String role) {
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
  public int taskId() {
    return Integer.parseInt(String.valueOf(originals().getOrDefault(TASK_ID, "0")));
  }

  /** The partitions of the control topic that are the task's own. */
  public List<TopicPartition> assigned() {
    String partitions = String.valueOf(originals().getOrDefault(TASK_PARTITIONS, ""));
    return Arrays.stream(partitions.split(","))
        .filter(text -> !text.isBlank())
        .map(text -> new TopicPartition(controlTopic(), Integer.parseInt(text.trim())))
        .toList();
  }
}
