// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.simulator.FalSimulator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that can be configured makes a check throw. */
class FalConfigTest {
  @ParameterizedTest
  @CsvSource({
    "fal.ssl.enabled.protocols, TLSv9, fal.ssl.enabled.protocols, [TLSv9] is not known",
    "fal.ssl.enabled.protocols, 'TLSv1.3,x', fal.ssl.enabled.protocols, is not known",
    "fal.ssl.enabled.protocols, 'TLSv1.3,SSLv2Hello', fal.ssl.enabled.protocols, [SSLv2Hello]",
    "fal.ssl.cipher.suites, NONE_SUCH, fal.ssl.cipher.suites, [NONE_SUCH] is not known",
    "fal.ssl.engine.factory.class, org.apache.kafka.common.security.ssl.DefaultSslEngineFactory,"
        + " fal.ssl.engine.factory.class, cannot be set",
    "fal.ssl.protocol, TLSv9, fal.ssl.protocol, cannot be used",
    "fal.ssl.provider, nobody, fal.ssl.provider, cannot be used",
    "fal.ssl.trustmanager.algorithm, none, fal.ssl.trustmanager.algorithm, cannot be used",
    "fal.ssl.secure.random.implementation, none, fal.ssl.secure.random.implementation, cannot be used",
    "fal.ssl.truststore.location, /no/such/file, fal.ssl.truststore.location, cannot be used",
    "fal.ssl.keystore.location, /no/such/file, fal.ssl.keystore.location, cannot be used",
    "fal.ssl.keystore.password, secret, fal.ssl.keystore.password, cannot be used"
  })
  void whatIsWrongIsSaidOfTheKeyItIsWrongWith(
      String key, String value, String reported, String message) {
    ValidationReport report = new ValidationReport(new Config(List.of()));
    config(key, value).check(report);
    assertThat(errors(report)).containsOnlyKeys(reported);
    assertThat(errors(report).get(reported).toString()).contains(message);
  }

  @Test
  void eachStoreThatCannotBeReadIsNamed() {
    ValidationReport report = new ValidationReport(new Config(List.of()));
    config("fal.ssl.truststore.location", "/no/such", "fal.ssl.keystore.location", "/nor/such")
        .check(report);
    assertThat(errors(report))
        .containsOnlyKeys("fal.ssl.truststore.location", "fal.ssl.keystore.location");
    assertThat(errors(report).toString())
        .contains("the file /no/such does not exist", "the file /nor/such does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "9223372036854775807", "9223372036855", "3155760000001"})
  void moreThanACenturyIsForEver(String millis) {
    assertThat(config("fal.retry.timeout.ms", millis).retry().timeout()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 600_000, 3_155_760_000_000L})
  void aRetryTimeoutCanBeCountedInNanoseconds(long millis) {
    Duration timeout = config("fal.retry.timeout.ms", "" + millis).retry().timeout().orElseThrow();
    assertThat(timeout.toNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void knownProtocolsAndSuitesAreNoErrors() {
    ValidationReport report = new ValidationReport(new Config(List.of()));
    config(
            "fal.ssl.enabled.protocols",
            "TLSv1.2",
            "fal.ssl.cipher.suites",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
        .check(report);
    config("fal.ssl.protocol", "TLSv1.2").check(report);
    config("fal.ssl.endpoint.identification.algorithm", "").check(report);
    assertThat(report.hasErrors()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "fal.ssl.enabled.protocols, TLSv9",
    "fal.ssl.cipher.suites, NONE_SUCH",
    "fal.ssl.protocol, TLSv9"
  })
  void whateverHappensWhenFalIsTriedIsSaid(String key, String value) {
    try (FalSimulator fal = FalSimulator.start()) {
      ValidationReport report = new ValidationReport(new Config(List.of()));
      String url = fal.queueUrl().replace("http:", "https:");
      config(key, value, "fal.queue.url", url).checkConnection(report, ConnectionConfig.QUEUE_URL);
      assertThat(errors(report)).containsOnlyKeys("fal.queue.url");
      assertThat(errors(report).get("fal.queue.url").toString()).contains("cannot be reached");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1", "http://no.such.host.invalid:1"})
  void aProxyThatCannotBeReachedIsSaidOnce(String proxy) {
    ValidationReport report = new ValidationReport(new Config(List.of()));
    config("fal.proxy.url", proxy, "fal.rest.url", "http://127.0.0.1:1")
        .checkConnection(report, ConnectionConfig.RUN_URL, ConnectionConfig.REST_URL);
    assertThat(errors(report)).containsOnlyKeys("fal.proxy.url");
    assertThat(errors(report).get("fal.proxy.url"))
        .singleElement()
        .asString()
        .contains("cannot be reached");
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Key hidden-value",
    "authorization, hidden-value",
    "host, hidden-value",
    "content-type, hidden-value",
    "Content-Length, 1",
    "connection, hidden-value",
    "upgrade, hidden-value",
    "cookie, hidden-value",
    "transfer-encoding, hidden-value",
    "proxy-authorization, hidden-value",
    "sec-websocket-protocol, hidden-value",
    "accept, hidden-value",
    "'a b', hidden-value",
    "x-fal-tags, hidden-välue",
    "x-fal-tags, ''"
  })
  void aHeaderThatCannotBeSentIsRefusedWithoutItsValue(String name, String value) {
    ValidationReport report = new ValidationReport(new Config(List.of()));
    config("fal.header." + name, value).check(report);
    assertThat(errors(report)).containsOnlyKeys("fal.header." + name);
    assertThat(errors(report).toString()).doesNotContain("hidden-");
  }

  @Test
  void theValuesOfHeadersAreHidden() {
    FalConfig config =
        config("fal.header.x-fal-tags", "team=alpha", "fal.header.x-fal-store-io", "0");
    ValidationReport report = new ValidationReport(new Config(List.of()));
    config.check(report);
    assertThat(report.hasErrors()).isFalse();
    assertThat(config.settings().toString())
        .contains("x-fal-tags", "x-fal-store-io")
        .doesNotContain("alpha");
    assertThat(config.settings().credentials().scrub("no 0 of team=alpha"))
        .isEqualTo("no 0 of [hidden]");
  }

  @Test
  void aUrlMayHaveSpareHosts() {
    FalConfig config = config("fal.queue.url", "https://a.example.com, https://b.example.com/x");
    assertThat(config.settings().queueUrl().host()).isEqualTo("a.example.com");
    assertThat(config.settings().queueUrls()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://a.example.com,ftp://b", "https://u:p@a.example.com"})
  void everyUrlHasToBeOne(String urls) {
    assertThatThrownBy(() -> config("fal.queue.url", urls)).hasMessageContaining("fal.queue.url");
  }

  private static FalConfig config(String... keysAndValues) {
    Map<String, String> props = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      props.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new FalConfig(new AbstractConfig(FalConfig.define(new ConfigDef()), props, false));
  }

  private static Map<String, List<String>> errors(ValidationReport report) {
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (ConfigValue value : report.toConfig().configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }
}
