// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusSourceValidationTest {
  private static Map<String, List<String>> errors(boolean connect, String... more) {
    Map<String, String> props = Configs.props(more);
    props.put("fal.connection.check", Boolean.toString(connect));
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (ConfigValue value : new FalStatusSourceConnector().validate(props).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }

  @ParameterizedTest
  @CsvSource({
    "control.consumer.fetch.max.bytes, many, Not a number",
    "control.consumer.isolation.level, read_all, read_all",
    "control.consumer.security.protocol, TLS, TLS",
    "control.consumer.session.timeout.ms, 0x, Not a number",
    "control.bootstrap.servers, '', names no broker",
    "control.bootstrap.servers, 'a:1,kafka', [kafka] is not of the form host:port"
  })
  void whatNoConsumerCanBeMadeOfIsSaidOfItsKey(String key, String value, String message) {
    for (boolean connect : new boolean[] {true, false}) {
      Map<String, List<String>> errors = errors(connect, key, value);
      assertThat(errors).containsOnlyKeys(key);
      assertThat(errors.get(key)).singleElement().asString().contains(message);
    }
  }

  @Test
  void settingsThatDoNotGoTogetherAreSaidOfTheOneThatKafkaNames() {
    assertThat(
            errors(
                false,
                "control.consumer.group.protocol",
                "consumer",
                "control.consumer.session.timeout.ms",
                "9000"))
        .containsOnlyKeys("control.consumer.session.timeout.ms");
  }

  @Test
  void aSoundConfigurationHasNoErrors() {
    assertThat(
            errors(
                false,
                "control.bootstrap.servers",
                "a:1, [::1]:65535",
                "control.consumer.auto.offset.reset",
                "earliest",
                "control.consumer.enable.auto.commit",
                "false",
                "control.consumer.fetch.max.bytes",
                "1000000",
                "control.consumer.some.plugins.own.key",
                "x"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"control.consumer.key.deserializer", "control.consumer.value.deserializer"})
  void whatTheConnectorSetsAnywayIsNotLookedAt(String key) {
    assertThat(errors(false, key, "no.such.Deserializer")).isEmpty();
  }
}
