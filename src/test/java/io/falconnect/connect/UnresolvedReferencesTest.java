// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.sink.Warnings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnresolvedReferencesTest {
  @ParameterizedTest
  @CsvSource({
    "fal.api.key, ${FAL_KEY}",
    "fal.api.key, ${file:/secrets/fal.properties:key}",
    "fal.api.key, key-${env:FAL_KEY}",
    "fal.proxy.password, ${env:PROXY}",
    "fal.endpoint.id, ${env:ENDPOINT}",
    "fal.header.x-fal-tags, team=${env:TEAM}",
    "queue.webhook.url, ${WEBHOOK}",
    "topics, ${env:TOPICS}",
    "result.producer.sasl.jaas.config, password=\"${file:/secrets/kafka:password}\";",
    "result.value.converter.basic.auth.user.info, ${REGISTRY}",
  })
  void aReferenceThatIsStillThereIsAnErrorAtItsKey(String key, String value) {
    ValidationReport report = report(key, value);
    ConfigValue error = report.toConfig().configValues().get(0);
    assertThat(error.name()).isEqualTo(key);
    assertThat(error.errorMessages().toString())
        .contains(key + ": is a reference that no config provider of the worker resolved")
        .doesNotContain("secrets", "env");
    assertThatThrownBy(() -> UnresolvedReferences.requireNone(Map.of(key, value)))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith(key + " is a reference")
        .hasMessageNotContaining("${");
  }

  @ParameterizedTest
  @CsvSource({
    "fal.api.key, abc",
    "transforms.route.replacement, ${topic}-done",
    "transforms.route.replacement, $1",
    "realtime.completion.value, ${done}",
    "topics, a.b"
  })
  void whatIsNoReferenceIsNot(String key, String value) {
    assertThat(report(key, value).hasErrors()).isFalse();
    assertThatCode(() -> UnresolvedReferences.requireNone(Map.of(key, value)))
        .doesNotThrowAnyException();
  }

  @Test
  void aTransformationMayUseTheSameFormForSomethingElse() {
    try (Warnings warnings = Warnings.of(UnresolvedReferences.class)) {
      assertThat(report("transforms.add.static.value", "${dir:/secrets:value}").hasErrors())
          .isFalse();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .startsWith("transforms.add.static.value has a reference")
          .doesNotContain("secrets");
    }
  }

  private static ValidationReport report(String key, String value) {
    ValidationReport report = new ValidationReport(new Config(List.of()));
    UnresolvedReferences.check(report, Map.of(key, value));
    return report;
  }
}
