// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** Collects the errors of a configuration, by key, while it is validated. */
public final class ValidationReport {
  private final List<ConfigValue> values;

  /** Starts with what Connect found in the single values. */
  public ValidationReport(Config found) {
    this.values = new ArrayList<>(found.configValues());
  }

  /** Adds an error to a key. */
  public void addError(String key, String message) {
    values.stream()
        .filter(value -> value.name().equals(key))
        .findFirst()
        .orElseGet(() -> addValue(key))
        .addErrorMessage("Invalid value for configuration " + key + ": " + message);
  }

  /** Adds a finding to its key. */
  public void add(Finding finding) {
    addError(finding.key(), finding.message());
  }

  /** Reports required keys whose value is JSON's null: for Connect, null is a value. */
  public void checkRequired(Map<String, String> props, String... keys) {
    for (String key : keys) {
      if (props.containsKey(key) && props.get(key) == null) {
        addError(key, "is required");
      }
    }
  }

  /** Whether anything is wrong. */
  public boolean hasErrors() {
    return values.stream().anyMatch(value -> !value.errorMessages().isEmpty());
  }

  /** All values with their errors, as Connect wants them. */
  public Config toConfig() {
    return new Config(values);
  }

  private ConfigValue addValue(String key) {
    ConfigValue value = new ConfigValue(key);
    values.add(value);
    return value;
  }
}
