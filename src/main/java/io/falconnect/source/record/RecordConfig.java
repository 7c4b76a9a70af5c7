// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import io.falconnect.connect.ConnectSettings;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.connect.Validators;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Topics, form and size of the records that the source publishes. */
public final class RecordConfig {
  public static final String STATUS_TOPIC = "status.topic";
  public static final String RESULT_TOPIC = "result.topic";
  public static final String ERRORS_TOPIC = "errors.topic";
  private static final String STATUS_FORMAT = "status.format";
  private static final String INCLUDE_RAW = "status.include.raw";
  private static final String MAX_RECORD_BYTES = "status.max.record.bytes";
  private static final String RESULT_FORMAT = "result.format";

  /** Connect's own key for the size of a request of the worker's producer. */
  private static final String PRODUCER_MAX_REQUEST = "producer.override.max.request.size";

  private static final long KAFKA_MAX_REQUEST = 1_048_576;

  private final AbstractConfig config;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public RecordConfig(AbstractConfig config) {
    this.config = config;
  }

  /** Whether the connector's converter of headers takes bytes only. */
  boolean hasByteHeaders() {
    return ConnectSettings.writesHeadersAsBytes(config.originals());
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    defineStatus(new KeyGroup(definition, "status"));
    defineResults(new KeyGroup(definition, "results and errors"));
  }

  private static void defineStatus(KeyGroup group) {
    group
        .key(STATUS_TOPIC, Type.STRING)
        .required()
        .validatedBy(Validators.TOPIC)
        .high()
        .describe("Status topic", "The topic of the status events.")
        .key(STATUS_FORMAT, Type.STRING)
        .defaultsTo("struct")
        .oneOf("struct", "flat")
        .describe(
            "Status format",
            "The form of the status events. 'struct': logs are an array of structs, metrics a map. 'flat': logs and metrics are JSON text, for JDBC sinks, the transformation Flatten, and SQL.")
        .key(INCLUDE_RAW, Type.BOOLEAN)
        .defaultsTo(false)
        .low()
        .describe("Raw events", "Whether the field 'raw' has each event's JSON as fal sent it.")
        .key(MAX_RECORD_BYTES, Type.LONG)
        .validatedBy(ConfigDef.Range.atLeast(65_536))
        .low()
        .describe(
            "Largest record",
            "The largest record, in bytes, that the worker's producer and the topics accept. A larger event loses its oldest log lines, a larger result its output. Default: "
                + PRODUCER_MAX_REQUEST
                + " if it is set, else 1048576, which is Kafka's own default.");
  }

  private static void defineResults(KeyGroup group) {
    group
        .key(RESULT_TOPIC, Type.STRING)
        .validatedBy(Validators.TOPIC)
        .describe(
            "Result topic",
            "The topic of the results. If it is set, the connector fetches the result of each finished request and publishes it.")
        .key(RESULT_FORMAT, Type.STRING)
        .defaultsTo("map")
        .oneOf("map", "struct")
        .describe(
            "Result format",
            "The form of the results. 'map': no schema and a nested output, for JSON. 'struct': a schema and the output as a JSON string, for Avro, Protobuf and JSON Schema.")
        .key(ERRORS_TOPIC, Type.STRING)
        .validatedBy(Validators.TOPIC)
        .describe(
            "Errors topic",
            "The topic of unusable control records. It is used with "
                + TaskConfig.ERRORS_TOLERANCE
                + "=all.");
  }

  String statusTopic() {
    return config.getString(STATUS_TOPIC);
  }

  /** Whether an event has no map, no array and no struct in it. */
  boolean statusIsFlat() {
    return config.getString(STATUS_FORMAT).equals("flat");
  }

  /** Whether an event carries its JSON as fal sent it. */
  boolean includesRaw() {
    return config.getBoolean(INCLUDE_RAW);
  }

  /** The largest record that the worker can publish. */
  public long maxRecordBytes() {
    Long max = config.getLong(MAX_RECORD_BYTES);
    Object override = config.originals().get(PRODUCER_MAX_REQUEST);
    if (max != null) {
      return max;
    }
    return override == null ? KAFKA_MAX_REQUEST : Long.parseLong(override.toString().trim());
  }

  /** Empty when results are not fetched. */
  public Optional<String> resultTopic() {
    return Optional.ofNullable(config.getString(RESULT_TOPIC));
  }

  boolean resultsAsStruct() {
    return config.getString(RESULT_FORMAT).equals("struct");
  }

  /** Empty when unusable control records are only logged. */
  Optional<String> errorsTopic() {
    return Optional.ofNullable(config.getString(ERRORS_TOPIC));
  }

  /** Reports topics that are the control topic. */
  public void check(ValidationReport report, String controlTopic) {
    for (String key : List.of(STATUS_TOPIC, RESULT_TOPIC, ERRORS_TOPIC)) {
      if (controlTopic.equals(config.getString(key))) {
        report.addError(key, "is the control topic: the connector would read what it writes");
      }
    }
  }
}
