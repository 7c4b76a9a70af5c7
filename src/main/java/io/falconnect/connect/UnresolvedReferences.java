// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds references to values, like {@code ${file:/secrets/fal.properties:key}}, that no config
 * provider of the worker has resolved. In the value of a secret any {@code ${…}} counts. No message
 * shows a value. Stateless.
 */
public final class UnresolvedReferences {
  private static final Logger LOG = LoggerFactory.getLogger(UnresolvedReferences.class);

  /** Connect's own pattern of a reference: {@code ${provider:path:key}}. */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}:]*:[^}]*}");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}");

  /** The classes behind these keys may use the same form for something else. */
  private static final List<String> FOREIGN = List.of("transforms.", "predicates.");

  private UnresolvedReferences() {}

  /** Reports each key whose value is or has a reference, in properties as Connect gives them. */
  public static void check(ValidationReport report, Map<String, String> props) {
    for (String key : findKeys(props)) {
      if (isForeign(key)) {
        LOG.warn("{} has a reference that no config provider of the worker resolved", key);
      } else {
        report.addError(key, "is a reference that no config provider of the worker resolved");
      }
    }
  }

  /**
   * Checks the properties of a task: its worker may have other config providers than the worker
   * that has validated the configuration.
   *
   * @throws ConnectException naming the key
   */
  public static void requireNone(Map<String, String> props) {
    findKeys(props).stream()
        .filter(key -> !isForeign(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw new ConnectException(
                  key + " is a reference that no config provider of the worker resolved");
            });
  }

  private static List<String> findKeys(Map<String, String> props) {
    return new TreeMap<>(props)
        .entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .filter(entry -> patternFor(entry.getKey()).matcher(entry.getValue()).find())
            .map(Map.Entry::getKey)
            .toList();
  }

  private static Pattern patternFor(String key) {
    return SecretWords.isSecretName(key) ? PLACEHOLDER : REFERENCE;
  }

  private static boolean isForeign(String key) {
    return FOREIGN.stream().anyMatch(key::startsWith);
  }
}
