// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealtimeSinkValidationTest {
  private static Map<String, List<String>> errors(Map<String, String> props) {
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (ConfigValue value : new FalRealtimeSinkConnector().validate(props).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }

  private static Map<String, List<String>> offline(String... more) {
    Map<String, String> props = SinkConfigs.props(more);
    props.put("fal.connection.check", "false");
    return errors(props);
  }

  @Test
  void aSoundConfigurationHasNoErrors() {
    assertThat(offline()).isEmpty();
    assertThat(offline("realtime.max.in.flight", "3", "realtime.completion.quiet.ms", "5"))
        .isEmpty();
    assertThat(
            offline(
                "realtime.completion", "field",
                "realtime.completion.field", "/done",
                "realtime.completion.value", "true",
                "result.producer.acks", "-1",
                "result.producer.enable.idempotence", "TRUE",
                "result.producer.compression.type", "zstd",
                "result.producer.some.plugins.own.key", "x"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "result.producer.bootstrap.servers, a:1, use result.bootstrap.servers",
    "result.producer.key.serializer, x, use result.key.converter",
    "result.producer.value.serializer, x, use result.value.converter",
    "result.producer.transactional.id, x, without transactions",
    "result.producer.acks, 1, can only be all",
    "result.producer.enable.idempotence, false, can only be true",
    "result.producer.max.request.size, big, Not a number",
    "result.producer.compression.type, rar, rar",
    "result.topic, in, one of the inputs",
    "topics, 'a, out ,b', one of the inputs",
    "topics.regex, o.*, one of the inputs",
    "realtime.completion, field, is required with realtime.completion=field",
    "realtime.completion.field, /a, of no use without realtime.completion=field",
    "realtime.completion.value, a, of no use without realtime.completion=field",
    "realtime.path, x, starts with '/'",
    "realtime.ignore, '/type=ready,ping', not of the form /pointer=value",
    "realtime.ignore, type=ready, a JSON pointer starts with '/'",
    "result.value.converter, java.lang.String, is not a Converter",
    "result.key.converter.converter.encoding, no-such-encoding, cannot be configured",
    "fal.proxy.user, u, fal.proxy.url"
  })
  void whatIsWrongIsSaidOfOneKey(String key, String value, String message) {
    Map<String, List<String>> errors = offline(key, value);
    assertThat(errors).hasSize(1);
    assertThat(errors.values().iterator().next()).hasSize(1);
    assertThat(errors.toString()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "result.producer.retries, 0, Must set retries to non-zero",
    "result.producer.max.in.flight.requests.per.connection, 10, at most 5",
    "result.producer.delivery.timeout.ms, 10, linger.ms + request.timeout.ms",
    "result.producer.linger.ms, soon, Not a number",
    "result.bootstrap.servers, '', names no broker",
    "result.bootstrap.servers, ' , ', names no broker",
    "result.bootstrap.servers, kafka, [kafka] is not of the form host:port",
    "result.bootstrap.servers, 'a:1,b:x,:9,c:0,d:65536', '[b:x, :9, c:0, d:65536] is not'",
    "result.bootstrap.servers, a:99999999999, is not of the form"
  })
  void whatNoProducerCanBeMadeOfIsSaidOfItsKey(String key, String value, String message) {
    Map<String, List<String>> errors = offline(key, value);
    assertThat(errors).containsOnlyKeys(key);
    assertThat(errors.get(key)).singleElement().asString().contains(message);
  }

  @Test
  void whatAProducerCanBeMadeOfIsNoError() {
    assertThat(
            offline(
                "result.bootstrap.servers", "a:1, [::1]:65535,PLAINTEXT://b.c-d:9092",
                "result.producer.retries", "1",
                "result.producer.max.in.flight.requests.per.connection", "5",
                "result.producer.linger.ms", "10",
                "result.producer.request.timeout.ms", "100",
                "result.producer.delivery.timeout.ms", "110"))
        .isEmpty();
    assertThat(offline("result.producer.linger.ms", "9223372036854775807")).isEmpty();
  }

  @Test
  void aConverterWithoutItsDependenciesIsSaid() {
    assertThat(offline("result.value.converter", IncompleteConverter.class.getName()))
        .containsOnlyKeys("result.value.converter")
        .asString()
        .contains("cannot be configured: com/example/Missing");
  }

  /** One of which a library was not installed. */
  public static final class IncompleteConverter extends StringConverter {
    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      throw new NoClassDefFoundError("com/example/Missing");
    }
  }

  @Test
  void aTaskNumberOfTheUsersIsNotRead() {
    assertThat(offline("sink.task.id", "first")).isEmpty();
  }

  @Test
  void inputsThatOnlyLookLikeTheResultTopicAreNoLoop() {
    assertThat(offline("topics", "out2,xout", "topics.regex", "out.+")).isEmpty();
    assertThat(offline("topics.regex", "[")).isEmpty();
  }

  @Test
  void requiredKeysAreRequired() {
    assertThat(errors(Map.of("topics", "in")))
        .containsOnlyKeys("fal.endpoint.id", "result.topic", "result.bootstrap.servers");
  }

  @Test
  void whatCannotBeReachedIsSaid() {
    Map<String, String> props =
        SinkConfigs.props(
            "result.bootstrap.servers", "127.0.0.1:1",
            "fal.run.url", "http://127.0.0.1:1",
            "fal.rest.url", "http://127.0.0.1:1",
            "fal.queue.url", "http://127.0.0.1:1");
    Map<String, List<String>> errors = errors(props);
    assertThat(errors).containsOnlyKeys("result.bootstrap.servers", "fal.run.url");
    assertThat(errors.toString())
        .contains("topic 'out' cannot be looked up at 127.0.0.1:1")
        .contains("cannot be reached");
    props.put("result.bootstrap.servers", "no.such.host.invalid:9092");
    props.put("fal.api.key", "not-a-real-key");
    errors = errors(props);
    assertThat(errors).containsOnlyKeys("result.bootstrap.servers", "fal.run.url", "fal.rest.url");
    assertThat(errors.get("result.bootstrap.servers").toString()).contains("resolv");
    props.put("realtime.auth", "key");
    assertThat(errors(props)).doesNotContainKey("fal.rest.url");
  }
}
