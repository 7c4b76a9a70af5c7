// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConfigValidation;
import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.simulator.FalSimulator;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    Map<String, java.util.List<String>> errors = validate(key, value).errors();
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
}
