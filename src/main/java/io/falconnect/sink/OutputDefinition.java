// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.Validators;
import io.falconnect.sink.result.OutputKeys;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.StringConverter;

/** What the keys that say where a sink writes to are. */
final class OutputDefinition {
  private OutputDefinition() {}

  /**
   * Adds the keys to a definition.
   *
   * @param what a record there is, such as {@code result}
   */
  static ConfigDef addTo(ConfigDef def, OutputKeys keys, String what) {
    addTopic(def, keys, what);
    addConverters(def, keys, what);
    return def;
  }

  private static void addTopic(ConfigDef def, OutputKeys keys, String what) {
    def.define(
            keys.topic(),
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            Validators.TOPIC,
            Importance.HIGH,
            "The topic where " + what + "s are published. It must not be one of the inputs.",
            group(what),
            1,
            Width.MEDIUM,
            title(what) + " topic")
        .define(
            keys.bootstrap(),
            Type.LIST,
            ConfigDef.NO_DEFAULT_VALUE,
            Importance.HIGH,
            "Brokers of the Kafka cluster that has that topic. Connect does not tell connectors its own. Any other key of the producer goes under '"
                + keys.producer()
                + "', such as "
                + keys.producer()
                + "security.protocol; acks=all and idempotence are fixed. For records above 1 MiB set "
                + keys.producer()
                + "max.request.size, and the topic's max.message.bytes; "
                + keys.producer()
                + "buffer.memory is then twice as much unless it is set. "
                + keys.producer()
                + "max.block.ms is 10000 and "
                + keys.producer()
                + "batch.size 65536 by default.",
            group(what),
            2,
            Width.LONG,
            title(what) + " bootstrap servers");
  }

  private static void addConverters(ConfigDef def, OutputKeys keys, String what) {
    def.define(
            keys.format(),
            Type.STRING,
            "map",
            ConfigDef.ValidString.in("map", "struct"),
            Importance.MEDIUM,
            "How "
                + what
                + "s are published: 'map', without a schema, for JSON; 'struct', with a schema, for Avro, Protobuf and JSON Schema.",
            group(what),
            3,
            Width.SHORT,
            title(what) + " format")
        .define(
            keys.keyConverter(),
            Type.CLASS,
            StringConverter.class,
            Importance.MEDIUM,
            "Converter of the records' keys; its own keys go under this one.",
            group(what),
            4,
            Width.LONG,
            title(what) + " key converter")
        .define(
            keys.valueConverter(),
            Type.CLASS,
            JsonConverter.class,
            Importance.MEDIUM,
            "Converter of the records' values; its own keys go under this one. JSON is written without schemas unless "
                + keys.valueConverter()
                + ".schemas.enable is true.",
            group(what),
            5,
            Width.LONG,
            title(what) + " value converter");
  }

  private static String group(String what) {
    return what + "s";
  }

  private static String title(String what) {
    return what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1);
  }
}
