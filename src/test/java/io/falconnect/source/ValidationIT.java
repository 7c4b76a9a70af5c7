// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConfigValidation;
import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.cluster.client.ConnectorStatus;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a configuration is said of the key it is wrong with. */
class ValidationIT {
  private static FalSimulator fal;
  private static SourceScene scene;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
    scene = new SourceScene(SharedCluster.get(), fal, 1);
  }

  @AfterAll
  static void stop() {
    scene.close();
    fal.close();
  }

  private static ConfigValidation validate(String key, String value) {
    Map<String, String> config = scene.config();
    config.put("name", scene.name);
    if (key != null) {
      config.put(key, value);
    }
    return scene.rest().validate(config.get("connector.class"), config);
  }

  @Test
  void aSoundConfigurationHasNoErrors() {
    assertThat(validate(null, null).errors()).isEmpty();
    assertThat(validate("errors.tolerance", "all").errors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "fal.queue.url, queue.fal.run, not an http or https URL",
    "fal.queue.url, https://user:pass@queue.fal.run, credentials",
    "fal.queue.url, https://queue.fal.run?x=1, query",
    "fal.endpoint.id, one, two to six segments",
    "fal.endpoint.id, a/../b, two to six segments",
    "fal.connect.timeout.ms, 0, at least",
    "fal.idle.timeout.ms, soon, Not a number",
    "fal.retry.backoff.ms, 60000, less than",
    "fal.retry.timeout.ms, -2, at least",
    "fal.proxy.url, http://u:p@proxy:3128, fal.proxy.user",
    "fal.proxy.user, somebody, fal.proxy.url",
    "fal.ssl.truststore.location, /no/such/file, fal.ssl",
    "fal.ssl.enabled.protocols, TLSv9, not known",
    "fal.ssl.cipher.suites, NO_SUCH_SUITE, not known",
    "status.topic, not a topic, topic's name",
    "status.max.open.streams, 0, at least 1",
    "result.format, xml, map",
    "control.value.converter, no.such.Converter, no.such.Converter",
    "control.consumer.group.id, mine, consumer group",
    "control.consumer.auto.offset.reset, latest, source offsets",
    "control.topic, no-such-topic, does not exist",
    "control.bootstrap.servers, 127.0.0.1:1, cannot be looked up",
  })
  void whatIsWrongIsSaid(String key, String value, String message) {
    Map<String, List<String>> errors = validate(key, value).errors();
    assertThat(errors.toString()).contains(message);
    assertThat(errors).hasSizeLessThanOrEqualTo(2);
    assertThat(errors.toString()).contains(key).doesNotContain("u:p@", "user:pass");
  }

  @ParameterizedTest
  @CsvSource({
    "control.consumer.auto.offset.reset, earliest",
    "control.consumer.enable.auto.commit, false"
  })
  void whatTheConnectorDoesAnywayMayBeSaid(String key, String value) {
    assertThat(validate(key, value).errors()).isEmpty();
  }

  @Test
  void requiredKeysAreRequired() {
    Map<String, String> config = Map.of("connector.class", scene.config().get("connector.class"));
    assertThat(scene.rest().validate(config.get("connector.class"), config).errors())
        .containsKeys("control.topic", "control.bootstrap.servers", "status.topic", "name");
  }

  @Test
  void theKeysOfTheReportAreNotShown() {
    ConfigValidation validation = validate("fal.api.key", "se cret-with-space");
    assertThat(validation.errors()).containsKey("fal.api.key");
    assertThat(validation.answer().toString()).doesNotContain("se cret-with-space");
  }

  @Test
  void theSameTopicTwiceIsALoop() {
    assertThat(validate("status.topic", scene.control).errors().get("status.topic").toString())
        .contains("would read what it writes");
  }

  @Test
  void falOutOfReachIsSaidUnlessItIsNotToBeChecked() {
    Map<String, String> config = scene.config();
    config.put("fal.queue.url", "http://127.0.0.1:1");
    assertThatThrownBy(() -> scene.rest().putConnector(scene.name, config))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("fal.queue.url")
        .hasMessageContaining("cannot be reached");
    config.put("fal.connection.check", "false");
    scene.rest().putConnector(scene.name, config);
    scene.rest().awaitRunning(scene.name, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "truststore.location, /nope.p12, the file /nope.p12 does not exist",
    "keystore.location, /nope.p12, the file /nope.p12 does not exist",
    "truststore.certificates, garbage, PEM",
  })
  void aStoreThatCannotBeUsedIsNamedAtItsKey(String key, String value, String message) {
    Map<String, String> config = scene.config();
    config.put("name", scene.name);
    config.put("control.consumer.security.protocol", "SSL");
    config.put("control.consumer.ssl.truststore.type", "PEM");
    config.put("control.consumer.ssl." + key, value);
    if (key.endsWith("location")) {
      config.remove("control.consumer.ssl.truststore.type");
    }
    assertThat(errors(config)).containsOnlyKeys("control.consumer.ssl." + key);
    assertThat(errors(config).toString()).contains(message);
  }

  private static Map<String, List<String>> errors(Map<String, String> config) {
    return scene.rest().validate(config.get("connector.class"), config).errors();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fal.api.key", "fal.endpoint.id", "status.topic", "errors.tolerance"})
  void aReferenceThatNobodyResolvesIsRefusedAtItsKey(String key) {
    assertThat(validate(key, "${nobody:knows:it}").errors().get(key).toString())
        .contains("is a reference that no config provider of the worker resolved");
  }

  @Test
  void serversThatAreNoBrokersAreNamed() {
    for (String http : List.of(fal.queueUrl(), scene.cluster.worker().url())) {
      Map<String, List<String>> errors =
          validate("control.bootstrap.servers", URI.create(http).getAuthority()).errors();
      assertThat(errors).containsOnlyKeys("control.bootstrap.servers");
      assertThat(errors.toString()).contains("is an HTTP server, not a Kafka broker");
    }
    try (FalSimulator tls = FalSimulator.start(SimulatorConfig.builder().tls(true).build())) {
      Map<String, List<String>> errors =
          validate("control.bootstrap.servers", URI.create(tls.queueUrl()).getAuthority()).errors();
      assertThat(errors).containsOnlyKeys("control.bootstrap.servers");
      assertThat(errors.toString())
          .contains("speaks TLS: set control.consumer.security.protocol to SSL or SASL_SSL");
    }
  }

  @Test
  void aConnectorThatWasNotCheckedFailsWithTheSameWords() {
    try (SourceScene unchecked = new SourceScene(SharedCluster.get(), fal, 1)) {
      Map<String, String> config = unchecked.config();
      config.put("fal.connection.check", "false");
      config.put("control.bootstrap.servers", URI.create(fal.queueUrl()).getAuthority());
      unchecked.rest().putConnector(unchecked.name, config);
      assertThat(
              unchecked
                  .rest()
                  .awaitStatus(
                      unchecked.name, "it to fail", SourceScene.LIMIT, ConnectorStatus::isFailed)
                  .traces())
          .contains("is an HTTP server, not a Kafka broker");
    }
  }

  @Test
  void serversThatAreNotFalAreNamed() {
    for (String other :
        List.of(
            "http://" + scene.cluster.bootstrap(),
            scene.cluster.worker().url(),
            fal.queueUrl() + "/fal-ai/flux")) {
      Map<String, List<String>> errors = validate("fal.queue.url", other).errors();
      assertThat(errors).as(other).containsOnlyKeys("fal.queue.url");
      assertThat(errors.toString()).contains("the server that answers is not fal");
    }
  }

  @Test
  void misspeltKeysAreWarnedOfOnce() {
    try (SourceScene misspelt =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("status.log", "true")
            .with("fal.idle.timout.ms", "5000")
            .start(1)) {
      List<String> warnings =
          misspelt
              .cluster
              .worker()
              .log()
              .lines()
              .filter(line -> line.contains("[" + misspelt.name))
              .filter(line -> line.contains("is not a key of this connector"))
              .toList();
      assertThat(warnings).hasSize(2).allMatch(line -> line.contains("WARN"));
      assertThat(warnings.toString())
          .contains("fal.idle.timout.ms is", "Is fal.idle.timeout.ms meant?")
          .contains("status.log is", "Is status.logs meant?");
    }
  }
}
