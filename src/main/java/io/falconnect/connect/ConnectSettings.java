// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warnings about what Connect does with a connector's properties before the connector gets them. No
 * warning shows a value. Stateless.
 */
public final class ConnectSettings {
  private static final String HEADER_CONVERTER = "header.converter";

  /** Connect's own pattern of a reference: {@code ${provider:path:key}}. */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}:]*:[^}]*}");

  private static final Logger LOG = LoggerFactory.getLogger(ConnectSettings.class);

  private ConnectSettings() {}

  /**
   * Warns of references to secrets that no config provider of the worker has replaced. In the value
   * of a secret any {@code ${…}} counts.
   */
  static void warnOfReferences(AbstractConfig config) {
    unresolvedKeys(config)
        .forEach(
            key ->
                LOG.warn(
                    "{} is a reference that no config provider of the worker resolved: the text of the reference is used as the value",
                    key));
  }

  private static List<String> unresolvedKeys(AbstractConfig config) {
    Map<String, Object> originals = new TreeMap<>(config.originals());
    return originals.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof String)
        .filter(entry -> isReference(config, entry.getKey(), (String) entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isReference(AbstractConfig config, String key, String value) {
    boolean isSecret = config.typeOf(key) == ConfigDef.Type.PASSWORD;
    return isSecret && value.contains("${") || REFERENCE.matcher(value).find();
  }

  /**
   * Warns if the converter of headers is the one that guesses types: it reads {@code 007} as the
   * number 7 and cannot write it back as it was. Only a converter that the connector itself names
   * is known here.
   *
   * @param props the connector's properties
   */
  public static void warnOfHeaderConverter(Map<String, ?> props) {
    if (SimpleHeaderConverter.class.getName().equals(props.get(HEADER_CONVERTER))) {
      LOG.warn(
          "{} guesses the types of headers and changes values: use org.apache.kafka.connect.converters.ByteArrayConverter to keep them",
          HEADER_CONVERTER);
    }
  }
}
