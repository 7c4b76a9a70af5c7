// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.Warnings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectSettingsTest {
  @Test
  void aConverterThatChangesHeadersIsNoticed() {
    assertThat(headerWarnings("org.apache.kafka.connect.storage.SimpleHeaderConverter"))
        .singleElement()
        .asString()
        .contains("guesses the types of headers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.connect.converters.ByteArrayConverter",
        "org.apache.kafka.connect.storage.StringConverter"
      })
  void oneThatKeepsThemIsNot(String converter) {
    assertThat(headerWarnings(converter)).isEmpty();
  }

  private static List<String> headerWarnings(String converter) {
    try (Warnings warnings = Warnings.of(ConnectSettings.class)) {
      ConnectSettings.warnOfHeaderConverter(Map.of("header.converter", converter));
      return List.copyOf(warnings.lines());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SimpleHeaderConverter", "Simple", " SimpleHeaderConverter "})
  void aShortNameIsUnderstoodAsConnectUnderstandsIt(String converter) {
    assertThat(headerWarnings(converter)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.connect.converters.ByteArrayConverter, true",
    "' org.apache.kafka.connect.converters.ByteArrayConverter ', true",
    "ByteArrayConverter, true",
    "ByteArray, true",
    "org.apache.kafka.connect.storage.StringConverter, false"
  })
  void theConverterOfBytesIsKnown(String converter, boolean writesBytes) {
    assertThat(ConnectSettings.writesHeadersAsBytes(Map.of("header.converter", converter)))
        .isEqualTo(writesBytes);
    assertThat(ConnectSettings.writesHeadersAsBytes(Map.of())).isFalse();
  }
}
