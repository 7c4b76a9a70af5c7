// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.StatusSourceConfig.CONTROL_BOOTSTRAP;
import static io.falconnect.source.StatusSourceConfig.CONTROL_CONVERTER;
import static io.falconnect.source.StatusSourceConfig.CONTROL_REFRESH;
import static io.falconnect.source.StatusSourceConfig.CONTROL_TOPIC;
import static io.falconnect.source.StatusSourceConfig.ERRORS_TOLERANCE;
import static io.falconnect.source.StatusSourceConfig.ERRORS_TOPIC;
import static io.falconnect.source.StatusSourceConfig.MAX_OPEN_STREAMS;
import static io.falconnect.source.StatusSourceConfig.MAX_RECORD_BYTES;
import static io.falconnect.source.StatusSourceConfig.PRODUCER_MAX_REQUEST;
import static io.falconnect.source.StatusSourceConfig.RESULT_FORMAT;
import static io.falconnect.source.StatusSourceConfig.RESULT_TOPIC;
import static io.falconnect.source.StatusSourceConfig.STATUS_LOGS;
import static io.falconnect.source.StatusSourceConfig.STATUS_RAW;
import static io.falconnect.source.StatusSourceConfig.STATUS_TOPIC;

import io.falconnect.connect.FalConfig;
import io.falconnect.connect.Validators;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.connect.json.JsonConverter;

/** What the keys of the status source are: types, defaults, bounds, and what they mean. */
final class StatusSourceDefinition {
  private static final String CONTROL = "control topic";
  private static final String STATUS = "status";
  private static final String RESULT = "results and errors";

  private StatusSourceDefinition() {}

  /** The definition of all keys a user sets. */
  static ConfigDef definition() {
    ConfigDef def = new ConfigDef();
    defineControl(def);
    defineStatus(def);
    defineResults(def);
    return FalConfig.define(def);
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
            "Brokers of the Kafka cluster that has the control topic. Connect does not tell connectors its own. Any other key of the consumer goes under 'control.consumer.', such as control.consumer.security.protocol; control.consumer.isolation.level is read_committed unless it is set. The connector keeps the positions itself: control.consumer.group.id, auto.offset.reset and enable.auto.commit cannot be set to anything else.",
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
            Validators.unlessNull(ConfigDef.Range.atLeast(1)),
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
            Validators.unlessNull(ConfigDef.Range.atLeast(65_536)),
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
}
