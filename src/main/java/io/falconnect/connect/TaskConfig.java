// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;

/** What Connect's own keys, and the connector's key for its tasks, say of a connector or task. */
public final class TaskConfig {
  /** Connect's own key. The connectors apply it to errors that Connect does not see. */
  public static final String ERRORS_TOLERANCE = "errors.tolerance";

  private final AbstractConfig config;
  private final String numberKey;

  /**
   * Reads a parsed configuration.
   *
   * @param numberKey the internal key by which the connector tells each task its number
   */
  public TaskConfig(AbstractConfig config, String numberKey) {
    this.config = config;
    this.numberKey = numberKey;
  }

  public String connectorName() {
    return String.valueOf(config.originals().getOrDefault("name", "fal")).trim();
  }

  /** The task's number; 0 in a connector's configuration. */
  public int number() {
    return Integer.parseInt(String.valueOf(config.originals().getOrDefault(numberKey, "0")));
  }

  /** The prefix of the names of the task's threads. */
  public String threadName() {
    return "fal-" + connectorName() + "-" + number();
  }

  /** Whether bad records and refused requests are reported and skipped instead of fatal. */
  public boolean toleratesErrors() {
    return toleratesErrors(config.originals());
  }

  /** The same for properties that are not parsed. Reads the value as Connect does. */
  public static boolean toleratesErrors(Map<String, ?> props) {
    return "all".equalsIgnoreCase(String.valueOf(props.get(ERRORS_TOLERANCE)).trim());
  }

  /** Whether the connector must have exactly-once support. Reads the value as Connect does. */
  public static boolean requiresExactlyOnce(Map<String, ?> props) {
    return "required".equalsIgnoreCase(String.valueOf(props.get("exactly.once.support")).trim());
  }
}
