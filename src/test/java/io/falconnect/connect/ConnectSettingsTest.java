// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.Warnings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "fal.api.key, ${FAL_KEY}",
    "fal.api.key, ${file:/secrets/fal.properties:key}",
    "fal.api.key, key-${env:FAL_KEY}",
    "fal.proxy.password, ${env:PROXY}",
    "fal.header.x-fal-tags, team=${env:TEAM}",
    "result.producer.sasl.jaas.config, password=\"${file:/secrets/kafka:password}\";",
    "transforms.add.static.value, ${dir:/secrets:value}"
  })
  void aReferenceThatIsStillThereIsNoticedInEveryKey(String key, String value) {
    assertThat(warnings(key, value))
        .singleElement()
        .asString()
        .startsWith(key + " is a reference")
        .doesNotContain("secrets", "env");
  }

  @ParameterizedTest
  @CsvSource({
    "fal.api.key, abc",
    "transforms.route.replacement, ${topic}-done",
    "transforms.route.replacement, $1",
    "topics, a.b"
  })
  void whatIsNoReferenceIsNot(String key, String value) {
    assertThat(warnings(key, value)).isEmpty();
  }

  private static List<String> warnings(String key, String value) {
    try (Warnings warnings = Warnings.of(ConnectSettings.class)) {
      AbstractConfig config =
          new AbstractConfig(FalConfig.define(new ConfigDef()), Map.of(key, value), false);
      ConnectSettings.warnOfReferences(config);
      return List.copyOf(warnings.lines());
    }
  }

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

  @Test
  void theCheckOfAConfigurationLooksForReferences() {
    try (Warnings warnings = Warnings.of(ConnectSettings.class)) {
      AbstractConfig config =
          new AbstractConfig(
              FalConfig.define(new ConfigDef()), Map.of("fal.api.key", "${env:FAL_KEY}"), false);
      new FalConfig(config).check(new ValidationReport(new Config(List.of())));
      assertThat(warnings.lines()).hasSize(1);
    }
  }
}
