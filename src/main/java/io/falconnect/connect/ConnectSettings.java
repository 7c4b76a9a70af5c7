// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Connect's own keys say that the connectors have to know. No warning shows a value.
 * Stateless.
 */
public final class ConnectSettings {
  private static final String HEADER_CONVERTER = "header.converter";

  private static final Logger LOG = LoggerFactory.getLogger(ConnectSettings.class);

  private ConnectSettings() {}

  /**
   * Warns if the converter of headers is the one that guesses types: it reads {@code 007} as the
   * number 7 and cannot write it back as it was. Only a converter that the connector itself names
   * is known here.
   *
   * @param props the connector's properties
   */
  public static void warnOfHeaderConverter(Map<String, ?> props) {
    if (isHeaderConverter(props, SimpleHeaderConverter.class.getSimpleName())) {
      LOG.warn(
          "{} guesses the types of headers and changes values: use org.apache.kafka.connect.converters.ByteArrayConverter to keep them",
          HEADER_CONVERTER);
    }
  }

  /** Whether the connector's own converter of headers keeps bytes, and takes nothing else. */
  public static boolean writesHeadersAsBytes(Map<String, ?> props) {
    return isHeaderConverter(props, "ByteArrayConverter");
  }

  /** Connect takes the full name of a class, its simple name, or that without its last word. */
  private static boolean isHeaderConverter(Map<String, ?> props, String simpleName) {
    String given = String.valueOf(props.get(HEADER_CONVERTER)).trim();
    String last = given.substring(given.lastIndexOf('.') + 1);
    return last.equals(simpleName)
        || given.equals(simpleName.replace("HeaderConverter", ""))
        || given.equals(simpleName.replace("Converter", ""));
  }
}
