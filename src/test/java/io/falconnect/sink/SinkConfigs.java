// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import java.util.HashMap;
import java.util.Map;

/** Configurations of the realtime sink for tests. */
public final class SinkConfigs {
  private SinkConfigs() {}

  /** What is required, and these keys and values besides. */
  public static Map<String, String> props(String... more) {
    Map<String, String> props = new HashMap<>();
    props.put("name", "sink");
    props.put("topics", "in");
    props.put("fal.endpoint.id", "owner/app");
    props.put("result.topic", "out");
    props.put("result.bootstrap.servers", "localhost:9092");
    for (int i = 0; i < more.length; i += 2) {
      props.put(more[i], more[i + 1]);
    }
    return props;
  }

  public static RealtimeSinkConfig config(String... more) {
    return new RealtimeSinkConfig(props(more));
  }
}
