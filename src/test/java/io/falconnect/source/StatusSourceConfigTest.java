// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.http.FalSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusSourceConfigTest {
  private static final String SECRET = "not-a-real-secret";

  @ParameterizedTest
  @CsvSource({
    "fal.api.key,",
    "fal.queue.url, [https://queue.fal.run]",
    "fal.run.url, [https://fal.run]",
    "fal.rest.url, [https://rest.fal.ai]",
    "fal.endpoint.id,",
    "fal.connect.timeout.ms, 10000",
    "fal.idle.timeout.ms, 60000",
    "fal.retry.backoff.ms, 500",
    "fal.retry.backoff.max.ms, 30000",
    "fal.retry.timeout.ms, 600000",
    "fal.proxy.url,",
    "status.logs, false",
    "status.include.raw, false",
    "result.topic,",
    "result.format, map",
    "errors.topic,",
    "control.value.converter, class org.apache.kafka.connect.json.JsonConverter"
  })
  void everyKeyHasItsDefault(String key, String value) {
    Object actual = Configs.config().values().get(key);
    assertThat(actual == null ? null : actual.toString()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"control.topic", "control.bootstrap.servers", "status.topic"})
  void whatIsRequiredIsNamed(String key) {
    Map<String, String> props = Configs.props();
    props.remove(key);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new StatusSourceConfig(props))
        .withMessageContaining(key);
  }

  @ParameterizedTest
  @CsvSource({
    "control.topic, a b",
    "control.topic, ''",
    "control.topic, ..",
    "status.topic, a/b",
    "result.topic, ''",
    "errors.topic, \u00e4",
    "result.format, xml",
    "status.max.open.streams, 0",
    "status.max.record.bytes, 65535",
    "control.refresh.interval.ms, 99",
    "control.value.converter, no.such.Class",
    "status.logs, maybe",
    "fal.queue.url, queue.fal.run",
    "fal.queue.url, ftp://queue.fal.run",
    "fal.queue.url, ''",
    "fal.run.url, https://user:pw@fal.run",
    "fal.rest.url, https://rest.fal.ai?x=1",
    "fal.queue.url, https://queue.fal.run#x",
    "fal.endpoint.id, app",
    "fal.endpoint.id, a/../b",
    "fal.connect.timeout.ms, 0",
    "fal.connect.timeout.ms, 86400001",
    "fal.idle.timeout.ms, 99",
    "fal.retry.backoff.ms, 0",
    "fal.retry.backoff.max.ms, 0",
    "fal.retry.timeout.ms, -2",
    "fal.proxy.url, https://proxy:3128",
    "fal.proxy.url, proxy:3128",
    "fal.proxy.url, http://user:pw@proxy:3128",
    "fal.api.key, 'a b'"
  })
  void aValueThatCannotBeIsNamedAndSecretsAreNotShown(String key, String value) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Configs.config(key, value))
        .withMessageContaining(key)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pw", "a b: "));
    List<ConfigValue> values = StatusSourceConfig.definition().validate(Configs.props(key, value));
    assertThat(values).filteredOn(v -> !v.errorMessages().isEmpty()).isNotEmpty();
  }

  @Test
  void secretsAreNeverShown() {
    StatusSourceConfig config =
        Configs.config(
            "fal.api.key",
            SECRET,
            "fal.proxy.url",
            "http://proxy:3128",
            "fal.proxy.user",
            "me",
            "fal.proxy.password",
            SECRET,
            "fal.ssl.keystore.password",
            SECRET);
    assertThat(config.values().toString()).contains("[hidden]").doesNotContain(SECRET);
    assertThat(config.toString()).doesNotContain(SECRET);
    assertThat(StatusSourceConfig.definition().validate(Configs.props("fal.api.key", SECRET)))
        .allSatisfy(value -> assertThat(String.valueOf(value)).doesNotContain(SECRET));
  }

  @Test
  void settingsSayWhereFalIs() {
    FalSettings settings =
        Configs.config(
                "fal.queue.url",
                "http://127.0.0.1:8080/q",
                "fal.proxy.url",
                "http://proxy:3128",
                "fal.idle.timeout.ms",
                "100")
            .fal()
            .settings();
    assertThat(settings.queueUrl()).hasToString("http://127.0.0.1:8080/q");
    assertThat(settings.proxy()).hasToString("proxy:3128");
    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofMillis(100));
    assertThat(Configs.config().fal().connection().endpoint()).isEmpty();
    assertThat(settings.credentials().isPresent()).isFalse();
    assertThat(settings.tls()).isNull();
    assertThat(Configs.config("fal.ssl.protocol", "TLSv1.3").fal().settings().tls()).isNotNull();
    assertThat(Configs.config().fal().retry().backoff())
        .isEqualTo(new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)));
    assertThat(Configs.config("fal.retry.timeout.ms", "-1").fal().retry().timeout()).isEmpty();
    assertThat(Configs.config("fal.retry.timeout.ms", "0").fal().retry().timeout())
        .contains(Duration.ZERO);
  }

  @Test
  void nullIsNotPassedOnToTasks() {
    assertThat(Configs.config("errors.tolerance", null).originalsStrings())
        .isEqualTo(Configs.props());
  }
}
