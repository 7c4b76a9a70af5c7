// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;

/** Headers of the user's own for fal: the keys {@code fal.header.*}. A value may be a secret. */
final class HeaderConfig {
  private static final String PREFIX = "fal.header.";

  /** RFC 9110, 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** Headers of the connection, of the account and of the body, which the connector sets itself. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "authorization|www-authenticate|host|connection|keep-alive|upgrade|te|trailer|expect|date"
              + "|transfer-encoding|http2-settings|max-forwards|via|origin|range|if-.*|accept.*"
              + "|set-cookie.*|cookie.*|content-.*|proxy-.*|sec-.*|x-fal-request-id");

  private final Map<String, Object> values;

  /** Reads a configuration. */
  HeaderConfig(AbstractConfig config) {
    this.values = config.originalsWithPrefix(PREFIX);
  }

  /** Values by name. The configuration has to be valid. */
  Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    values.forEach((name, value) -> headers.put(name, value.toString().strip()));
    return headers;
  }

  /** The values, which fal may repeat in an error. */
  Collection<String> secrets() {
    return headers().values().stream().flatMap(HeaderConfig::formsOf).toList();
  }

  private static Stream<String> formsOf(String value) {
    int space = value.indexOf(' ');
    return space < 0 ? Stream.of(value) : Stream.of(value, value.substring(space + 1));
  }

  /** Reports names and values that cannot be sent. No message shows a value. */
  void check(ValidationReport report) {
    values.forEach(
        (name, value) -> {
          if (!TOKEN.matcher(name).matches()) {
            report.addError(PREFIX + name, "not the name of a header");
          } else if (REFUSED.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            report.addError(PREFIX + name, "the connector sets this header itself");
          } else if (value == null || !isSendable(value.toString().strip())) {
            report.addError(PREFIX + name, "the value cannot be sent in a header");
          }
        });
  }

  private static boolean isSendable(String value) {
    return !value.isEmpty() && value.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
