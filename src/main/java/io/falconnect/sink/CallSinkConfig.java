// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.result.OutputKeys;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigDef;

/** What the configurations of sinks that post inputs have in common. */
public abstract class CallSinkConfig extends SinkConfig {
  CallSinkConfig(ConfigDef definition, OutputKeys output, Map<String, String> props) {
    super(definition, output, props);
  }

  /** The most calls at once. */
  public abstract int maxInFlight();

  /** Where inputs are posted to. */
  abstract HttpUrl url();

  /** What fal is asked for besides: its headers by name. */
  Map<String, String> headers() {
    return Map.of();
  }
}
