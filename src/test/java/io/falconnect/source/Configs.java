// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import java.util.HashMap;
import java.util.Map;

/** Configurations of the status source for tests. */
public final class Configs {
  private Configs() {}

  /** What is required, and these keys and values besides. */
  public static Map<String, String> props(String... more) {
    Map<String, String> props = new HashMap<>();
    props.put("name", "source");
    props.put("control.topic", "control");
    props.put("control.bootstrap.servers", "localhost:9092");
    props.put("status.topic", "status");
    for (int i = 0; i < more.length; i += 2) {
      props.put(more[i], more[i + 1]);
    }
    return props;
  }

  public static StatusSourceConfig config(String... more) {
    return new StatusSourceConfig(props(more));
  }
}
