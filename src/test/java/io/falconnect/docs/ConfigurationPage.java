// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The reference of all configuration keys, as Markdown, out of the connectors' definitions. */
final class ConfigurationPage {
  private static final String HEAD =
      """
      # Configuration

      Every key of every connector, generated from the definitions in the code: do not edit. Connect's own keys (`name`,
      `tasks.max`, `key.converter`, `errors.tolerance`, `exactly.once.support`, …) are described in Kafka's documentation.
      """;

  private ConfigurationPage() {}

  /** The page for connectors, by class name, in the order of the map. */
  static String of(Map<String, ConfigDef> connectors) {
    StringBuilder page = new StringBuilder(HEAD);
    connectors.forEach(
        (connector, definition) -> {
          page.append("\n## `").append(connector).append("`\n");
          Map<String, List<ConfigKey>> groups =
              definition.configKeys().values().stream()
                  .filter(key -> !key.internalConfig)
                  .collect(
                      Collectors.groupingBy(
                          ConfigurationPage::heading, LinkedHashMap::new, Collectors.toList()));
          groups.forEach((heading, keys) -> group(page, heading, keys));
        });
    return page.toString();
  }

  private static String heading(ConfigKey key) {
    if (key.name.startsWith("fal.ssl.")) {
      return "TLS to fal: Kafka's own keys under `fal.`";
    }
    return key.group.substring(0, 1).toUpperCase(Locale.ROOT) + key.group.substring(1);
  }

  private static void group(StringBuilder page, String heading, List<ConfigKey> keys) {
    page.append("\n### ").append(heading).append("\n\n");
    page.append(
        "| key | type | default | valid | importance | meaning |\n|---|---|---|---|---|---|\n");
    keys.stream()
        .sorted(
            Comparator.comparingInt((ConfigKey key) -> key.orderInGroup)
                .thenComparing(key -> key.name))
        .forEach(key -> row(page, key));
  }

  private static void row(StringBuilder page, ConfigKey key) {
    page.append("| `").append(key.name).append("` | ");
    page.append(key.type.name().toLowerCase(Locale.ROOT)).append(" | ");
    page.append(defaultOf(key)).append(" | ");
    page.append(key.validator == null ? "" : cell(key.validator.toString())).append(" | ");
    page.append(key.importance.name().toLowerCase(Locale.ROOT)).append(" | ");
    page.append(cell(key.documentation)).append(" |\n");
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
