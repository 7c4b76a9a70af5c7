// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.sink.result.OutputKeys;
import java.util.Map;
import okhttp3.HttpUrl;

/** Configuration of the stream sink, of the connector as of its tasks. */
final class StreamSinkConfig extends CallSinkConfig {
  static final String PATH = "stream.path";
  static final String MAX_IN_FLIGHT = "stream.max.in.flight";

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  StreamSinkConfig(Map<String, String> props) {
    super(StreamSinkDefinition.definition(), OutputKeys.RESULT, props);
  }

  @Override
  public int maxInFlight() {
    return getInt(MAX_IN_FLIGHT);
  }

  @Override
  HttpUrl url() {
    return endpoint().at(fal().connection().runUrl(), getString(PATH));
  }

  @Override
  String[] contacted() {
    return new String[] {ConnectionConfig.RUN_URL};
  }
}
