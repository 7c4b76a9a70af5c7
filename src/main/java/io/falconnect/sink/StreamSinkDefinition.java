// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static io.falconnect.sink.StreamSinkConfig.MAX_IN_FLIGHT;
import static io.falconnect.sink.StreamSinkConfig.PATH;

import io.falconnect.connect.FalConfig;
import io.falconnect.connect.Validators;
import io.falconnect.sink.result.OutputKeys;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** What the keys of the stream sink are: types, defaults, bounds, and what they mean. */
final class StreamSinkDefinition {
  private static final String STREAM = "stream";

  private StreamSinkDefinition() {}

  /** The definition of all keys a user sets. */
  static ConfigDef definition() {
    ConfigDef def = SinkDefinition.addTo(new ConfigDef());
    def.define(
            PATH,
            Type.STRING,
            "/stream",
            Validators.PATH,
            Importance.LOW,
            "The path of the streaming endpoint below its id. An id that already ends in it gets no second one.",
            STREAM,
            1,
            Width.MEDIUM,
            "Path")
        .define(
            MAX_IN_FLIGHT,
            Type.INT,
            4,
            ConfigDef.Range.between(1, 1_000),
            Importance.MEDIUM,
            "The most inputs a task has streamed at once; of each key one at a time.",
            STREAM,
            2,
            Width.SHORT,
            "Most inputs in flight");
    OutputDefinition.addTo(def, OutputKeys.RESULT, "result");
    return FalConfig.define(def);
  }
}
