// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A connector's or a task's properties. */
public final class Props {
  private Props() {}

  /** Those that have a value: JSON's null is as good as no key. A map of the caller's own. */
  public static Map<String, String> given(Map<String, String> props) {
    Map<String, String> given = new HashMap<>(props);
    given.values().removeIf(Objects::isNull);
    return given;
  }
}
