// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConnectorStatus;
import io.falconnect.simulator.FalSimulator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is wrong with a stream or queue sink's configuration is said of the key it is wrong with.
 */
class CallValidationIT {
  private static FalSimulator fal;
  private static SinkScene stream;
  private static SinkScene queue;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
    stream = SinkScene.stream(SharedCluster.get(), fal, 1);
    queue = SinkScene.queue(SharedCluster.get(), fal, 1);
  }

  @AfterAll
  static void stop() {
    stream.close();
    queue.close();
    fal.close();
  }

  private static Map<String, List<String>> errors(SinkScene scene, String key, String value) {
    Map<String, String> config = scene.config();
    config.put("name", scene.name);
    config.put(key, value);
    return scene.rest().validate(config.get("connector.class"), config).errors();
  }

  private static void assertOnly(Map<String, List<String>> errors, String key, String message) {
    assertThat(errors.toString()).contains(message);
    assertThat(errors).containsOnlyKeys(key);
  }

  @Test
  void soundConfigurationsHaveNoErrors() {
    assertThat(errors(stream, "stream.path", "/v2/stream")).isEmpty();
    assertThat(errors(queue, "queue.webhook.url", "https://example.com/hook?a=b")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "result.topic, no-such-topic, does not exist",
    "result.producer.acks, 1, can only be all",
    "stream.path, ../up, stream.path",
    "stream.path, /a?b=c, stream.path",
    "stream.max.in.flight, 0, at least 1",
    "fal.run.url, http://127.0.0.1:1, cannot be reached",
    "fal.endpoint.id, one, two to six segments",
  })
  void whatIsWrongWithAStreamSinkIsSaid(String key, String value, String message) {
    assertOnly(errors(stream, key, value), key, message);
  }

  @ParameterizedTest
  @CsvSource({
    "requests.topic, no-such-topic, does not exist",
    "requests.bootstrap.servers, 127.0.0.1:1, cannot be looked up",
    "requests.producer.transactional.id, x, without transactions",
    "requests.value.converter, no.such.Converter, no.such.Converter",
    "queue.priority, high, normal",
    "queue.hint, grüße, cannot be sent in a header",
    "queue.start.timeout.s, 1, at least 2",
    "queue.webhook.url, example.com/hook, not an http or https URL",
    "queue.max.in.flight, 0, at least 1",
    "queue.resend.unknown, maybe, true or false",
    "fal.queue.url, http://127.0.0.1:1, cannot be reached",
  })
  void whatIsWrongWithAQueueSinkIsSaid(String key, String value, String message) {
    assertOnly(errors(queue, key, value), key, message);
  }

  @Test
  void aStoreOrALoginThatCannotBeUsedIsNamedAtItsKey() {
    for (SinkScene scene : List.of(stream, queue)) {
      String client = scene == queue ? "requests.producer." : "result.producer.";
      Map<String, String> config = scene.config();
      config.put("name", scene.name);
      config.put("fal.connection.check", "false");
      config.put(client + "security.protocol", "SASL_SSL");
      config.put(client + "ssl.truststore.location", "/nope.p12");
      config.put(client + "sasl.mechanism", "PLAIN");
      config.put(
          client + "sasl.jaas.config",
          "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
              + " password=\"s3cr\"et99\";");
      Map<String, List<String>> errors =
          scene.rest().validate(config.get("connector.class"), config).errors();
      assertThat(errors)
          .containsOnlyKeys(client + "ssl.truststore.location", client + "sasl.jaas.config");
      assertThat(errors.toString())
          .contains("/nope.p12 does not exist", "an option has no value")
          .doesNotContain("et99", "s3cr");
    }
  }

  @Test
  void anHttpServerIsNoBrokerAndNotFal() {
    String http = fal.queueUrl().substring("http://".length());
    assertOnly(
        errors(queue, "requests.bootstrap.servers", http),
        "requests.bootstrap.servers",
        "is an HTTP server, not a Kafka broker");
    String worker = queue.cluster.worker().url();
    assertOnly(errors(queue, "fal.queue.url", worker), "fal.queue.url", "is not fal");
    String broker = "http://" + stream.cluster.bootstrap();
    assertOnly(errors(stream, "fal.run.url", broker), "fal.run.url", "is not fal");
  }

  @Test
  void aTaskThatWasNotCheckedFailsWithTheSameWords() {
    try (SinkScene unchecked = SinkScene.queue(SharedCluster.get(), fal, 1)) {
      Map<String, String> config = unchecked.config();
      config.put("fal.connection.check", "false");
      config.put("requests.bootstrap.servers", fal.queueUrl().substring("http://".length()));
      unchecked.rest().putConnector(unchecked.name, config);
      assertThat(
              unchecked
                  .rest()
                  .awaitStatus(
                      unchecked.name, "it to fail", SinkScene.LIMIT, ConnectorStatus::isFailed)
                  .traces())
          .contains("requests.topic", "is an HTTP server, not a Kafka broker");
    }
  }

  @Test
  void whatIsWrittenMustNotBeRead() {
    assertOnly(
        errors(queue, "topics", queue.inputs + "," + queue.results),
        "requests.topic",
        "would read what it writes");
    assertOnly(
        errors(stream, "topics", stream.results), "result.topic", "would read what it writes");
  }

  @Test
  void requiredKeysAreRequired() {
    assertThat(withNothing(stream))
        .containsKeys("fal.endpoint.id", "result.topic", "result.bootstrap.servers");
    assertThat(withNothing(queue))
        .containsKeys("fal.endpoint.id", "requests.topic", "requests.bootstrap.servers");
  }

  private static Map<String, List<String>> withNothing(SinkScene scene) {
    String type = scene.config().get("connector.class");
    return scene.rest().validate(type, Map.of("connector.class", type, "name", "x")).errors();
  }
}
