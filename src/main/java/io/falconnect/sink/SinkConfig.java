// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.FalConfig;
import io.falconnect.connect.Props;
import io.falconnect.fal.EndpointId;
import io.falconnect.sink.result.OutputKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What the configurations of the sinks have in common, of a connector as of its tasks. */
public abstract class SinkConfig extends AbstractConfig {
  static final String BUFFER_RECORDS = "input.buffer.records";
  static final String BUFFER_BYTES = "input.buffer.bytes";

  /** Connect's own key, read here for what it says of errors that are not Connect's. */
  static final String ERRORS_TOLERANCE = "errors.tolerance";

  /** What the connector tells each task: its number. */
  static final String TASK_ID = "sink.task.id";

  /** A topic that is not forgotten need not be looked up again while the delivery thread waits. */
  private static final long METADATA_IDLE_MS = Duration.ofDays(3650).toMillis();

  private static final long MAX_BLOCK_MS = 10_000;

  /** With Kafka's own 16 KiB a busy task makes a request of every two dozen results. */
  private static final int BATCH_SIZE = 64 << 10;

  private static final long BUFFER_MEMORY = 32L << 20;

  private final OutputKeys output;
  private final FalConfig fal;
  private final EndpointId endpoint;

  /**
   * Parses a connector's or a task's properties.
   *
   * @param output which keys say where it writes to
   * @throws ConfigException naming the key that is wrong
   */
  SinkConfig(ConfigDef definition, OutputKeys output, Map<String, String> props) {
    super(definition, Props.given(props));
    this.output = output;
    this.fal = new FalConfig(this);
    this.endpoint =
        fal.connection()
            .endpoint()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "Missing required configuration \""
                            + ConnectionConfig.ENDPOINT_ID
                            + "\": the endpoint that gets the inputs"));
  }

  /** Which keys say where it writes to. */
  public OutputKeys output() {
    return output;
  }

  /** The keys of fal's URLs that are contacted. */
  abstract String[] contacted();

  public FalConfig fal() {
    return fal;
  }

  /** Where inputs go. */
  public EndpointId endpoint() {
    return endpoint;
  }

  public String connectorName() {
    return String.valueOf(originals().getOrDefault("name", "fal-sink"));
  }

  /** The task's number. */
  int taskId() {
    return Integer.parseInt(String.valueOf(originals().getOrDefault(TASK_ID, "0")));
  }

  /** Whether bad inputs and failed ones are reported and passed over, not fatal. */
  public boolean tolerant() {
    return "all".equalsIgnoreCase(String.valueOf(originals().get(ERRORS_TOLERANCE)));
  }

  /** The most inputs a task holds before it pauses its partitions. */
  int bufferRecords() {
    return getInt(BUFFER_RECORDS);
  }

  /** The most bytes of inputs a task holds before it pauses its partitions. */
  long bufferBytes() {
    return getLong(BUFFER_BYTES);
  }

  public String outputTopic() {
    return getString(output.topic());
  }

  /** Brokers of that topic's cluster, for messages. */
  public String outputServers() {
    return String.join(",", getList(output.bootstrap()));
  }

  public boolean outputAsStruct() {
    return getString(output.format()).equals("struct");
  }

  /**
   * Settings of the producer, without serializers.
   *
   * @throws ConfigException when one of the sizes is no number
   */
  public Map<String, Object> producer() {
    Map<String, Object> producer = new HashMap<>();
    producer.put(
        ProducerConfig.CLIENT_ID_CONFIG, connectorName() + "-" + taskId() + "-" + output.prefix());
    producer.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, METADATA_IDLE_MS);
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    producer.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_SIZE);
    producer.putAll(originalsWithPrefix(output.producer()));
    producer.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferMemory(producer));
    producer.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, getList(output.bootstrap()));
    // An input's offset is committed on the word of the brokers: it must be the word of all.
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    List.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG)
        .forEach(producer::remove);
    return producer;
  }

  /** Half of it is for what waits, and the largest record must fit besides that. */
  private long bufferMemory(Map<String, Object> producer) {
    Object maxRequest = producer.getOrDefault(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 0);
    Object bytes =
        ConfigDef.parseType(
            output.producer() + ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            maxRequest,
            ConfigDef.Type.INT);
    return Math.max(BUFFER_MEMORY, 2L * (Integer) bytes);
  }
}
