// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The reference of all configuration keys, as Markdown, from the connectors' definitions. */
final class ConfigurationPage {
  private static final String HEAD =
      """
      # Configuration

      Every key of every connector. This page is generated from the definitions in the code: do not edit it. Kafka's
      documentation describes Connect's own keys (`name`, `tasks.max`, `key.converter`, `errors.tolerance`,
      `exactly.once.support`, …).
      """;

  private static final String TABLE =
      "| key | type | default | valid | importance | meaning |\n|---|---|---|---|---|---|\n";

  private ConfigurationPage() {}

  /**
   * The page for connectors, by class name, in the order of the map. Keys that all connectors have
   * come first, once.
   */
  static String of(Map<String, ConfigDef> connectors) {
    Set<String> shared = sharedRows(connectors.values());
    StringBuilder page = new StringBuilder(HEAD);
    ConfigDef any = connectors.values().iterator().next();
    addSection(page, "Shared by all connectors", any, shared::contains);
    connectors.forEach(
        (connector, definition) ->
            addSection(page, "`" + connector + "`", definition, row -> !shared.contains(row)));
    return page.toString();
  }

  private static Set<String> sharedRows(Collection<ConfigDef> definitions) {
    Set<String> shared = null;
    for (ConfigDef definition : definitions) {
      Set<String> rows =
          definition.configKeys().values().stream()
              .map(ConfigurationPage::row)
              .collect(Collectors.toSet());
      if (shared == null) {
        shared = rows;
      } else {
        shared.retainAll(rows);
      }
    }
    return shared;
  }

  private static void addSection(
      StringBuilder page, String title, ConfigDef definition, Predicate<String> isIncluded) {
    page.append("\n## ").append(title).append('\n');
    definition.configKeys().values().stream()
        .filter(key -> !key.internalConfig && isIncluded.test(row(key)))
        .collect(
            Collectors.groupingBy(
                ConfigurationPage::heading, LinkedHashMap::new, Collectors.toList()))
        .forEach((heading, keys) -> addGroup(page, heading, keys));
  }

  private static String heading(ConfigKey key) {
    if (key.name.startsWith("fal.ssl.")) {
      return "TLS to fal: Kafka's own keys under `fal.`";
    }
    return key.group.substring(0, 1).toUpperCase(Locale.ROOT) + key.group.substring(1);
  }

  private static void addGroup(StringBuilder page, String heading, List<ConfigKey> keys) {
    page.append("\n### ").append(heading).append("\n\n").append(TABLE);
    keys.stream()
        .sorted(
            Comparator.comparingInt((ConfigKey key) -> key.orderInGroup)
                .thenComparing(key -> key.name))
        .forEach(key -> page.append(row(key)));
  }

  private static String row(ConfigKey key) {
    return String.join(
        " | ",
        "| `" + key.name + "`",
        key.type.name().toLowerCase(Locale.ROOT),
        defaultOf(key),
        key.validator == null ? "" : cell(key.validator.toString()),
        key.importance.name().toLowerCase(Locale.ROOT),
        cell(key.documentation) + " |\n");
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.hasDefault()) {
      return "*required*";
    }
    String text = ConfigDef.convertToString(key.defaultValue, key.type);
    return text == null || text.isEmpty() ? "none" : "`" + text + "`";
  }

  private static String cell(String text) {
    return text.replaceAll("<[^>]+>", "").replace("|", "\\|").replaceAll("\\s+", " ").strip();
  }
}
