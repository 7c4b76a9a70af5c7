// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** What was found wrong with a configuration, by key. */
public final class ConfigReport {
  private final List<ConfigValue> values;

  /** Begins with what was found in the single values. */
  public ConfigReport(Config found) {
    this.values = new ArrayList<>(found.configValues());
  }

  /** Adds an error to a key. */
  public void error(String key, String message) {
    values.stream()
        .filter(value -> value.name().equals(key))
        .findFirst()
        .orElseGet(() -> add(key))
        .addErrorMessage("Invalid value for configuration " + key + ": " + message);
  }

  /** Says so where the value of a required key is JSON's null, which to Connect is a value. */
  public void required(Map<String, String> props, String... keys) {
    for (String key : keys) {
      if (props.containsKey(key) && props.get(key) == null) {
        error(key, "is required");
      }
    }
  }

  /** Whether anything is wrong. */
  public boolean hasErrors() {
    return values.stream().anyMatch(value -> !value.errorMessages().isEmpty());
  }

  /** All values with their errors, as Connect wants them. */
  public Config config() {
    return new Config(values);
  }

  private ConfigValue add(String key) {
    ConfigValue value = new ConfigValue(key);
    values.add(value);
    return value;
  }
}
