// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static io.falconnect.sink.SinkConfig.BUFFER_BYTES;
import static io.falconnect.sink.SinkConfig.BUFFER_RECORDS;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** What the keys of all sinks for their inputs are. */
final class SinkDefinition {
  private static final String INPUTS = "inputs";

  private SinkDefinition() {}

  /** Adds the keys to a definition. */
  static ConfigDef addTo(ConfigDef def) {
    return def.define(
            BUFFER_RECORDS,
            Type.INT,
            2_000,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            "The most inputs a task holds before it pauses its partitions.",
            INPUTS,
            1,
            Width.SHORT,
            "Most inputs held")
        .define(
            BUFFER_BYTES,
            Type.LONG,
            33_554_432L,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            "The most bytes of inputs a task holds before it pauses its partitions. One input may be larger.",
            INPUTS,
            2,
            Width.SHORT,
            "Most bytes held");
  }
}
