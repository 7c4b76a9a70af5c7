// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.monitoring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A metric that an expression reads.
 *
 * @param labels those that it has to have; what a variable or a pattern stands for is left out
 */
record Selector(String metric, Map<String, String> labels) {
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:fal_connect|kafka_connect|jvm|process)_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern EXACT = Pattern.compile("(\\w+)=\"([^\"$]*)\"");

  /** All that an expression of Prometheus reads of a worker. */
  static List<Selector> all(String expression) {
    return METRIC
        .matcher(expression)
        .results()
        .map(found -> new Selector(found.group(1), labels(found.group(2))))
        .toList();
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    if (text != null) {
      EXACT.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(2)));
    }
    return labels;
  }
}
