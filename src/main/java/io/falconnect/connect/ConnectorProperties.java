// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A connector's or a task's properties. */
public final class ConnectorProperties {
  private ConnectorProperties() {}

  /**
   * A new map without the keys whose value is JSON's null: Connect passes them on, and they count
   * as not set.
   */
  public static Map<String, String> withoutNulls(Map<String, String> props) {
    Map<String, String> given = new HashMap<>(props);
    given.values().removeIf(Objects::isNull);
    return given;
  }
}
