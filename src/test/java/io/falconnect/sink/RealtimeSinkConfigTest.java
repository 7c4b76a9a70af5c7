// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeSinkConfigTest {
  private static final String SECRET = "not-a-real-secret";

  @ParameterizedTest
  @CsvSource({
    "realtime.path, /realtime",
    "realtime.encoding, auto",
    "realtime.auth, jwt",
    "realtime.token.expiration.s, 120",
    "realtime.max.buffering,",
    "realtime.max.in.flight,",
    "realtime.send.request.id, true",
    "realtime.ignore,",
    "realtime.connections, 1",
    "realtime.completion, first",
    "realtime.completion.quiet.ms, 1000",
    "realtime.completion.field,",
    "realtime.completion.value,",
    "realtime.result.timeout.ms, 30000",
    "realtime.max.attempts, 3",
    "realtime.session.idle.ms, 10000",
    "input.buffer.records, 2000",
    "input.buffer.bytes, 33554432",
    "result.format, map",
    "result.key.converter, class org.apache.kafka.connect.storage.StringConverter",
    "result.value.converter, class org.apache.kafka.connect.json.JsonConverter"
  })
  void everyKeyHasItsDefault(String key, String value) {
    Object actual = SinkConfigs.config().values().get(key);
    assertThat(actual == null ? null : actual.toString()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fal.endpoint.id", "result.topic", "result.bootstrap.servers"})
  void whatIsRequiredIsNamed(String key) {
    Map<String, String> props = SinkConfigs.props();
    props.remove(key);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new RealtimeSinkConfig(props))
        .withMessageContaining(key);
  }

  @ParameterizedTest
  @CsvSource({
    "realtime.path, realtime",
    "realtime.path, ''",
    "realtime.path, /a?b=c",
    "realtime.path, /a//b",
    "realtime.path, /../b",
    "realtime.path, /a/.",
    "realtime.path, //host",
    "realtime.encoding, xml",
    "realtime.auth, none",
    "realtime.token.expiration.s, 0",
    "realtime.max.buffering, 0",
    "realtime.max.buffering, 61",
    "realtime.max.in.flight, 0",
    "realtime.connections, 0",
    "realtime.completion, last",
    "realtime.completion.quiet.ms, 0",
    "realtime.completion.field, state",
    "realtime.result.timeout.ms, 0",
    "realtime.max.attempts, 0",
    "realtime.session.idle.ms, 0",
    "input.buffer.records, 0",
    "input.buffer.bytes, 0",
    "result.topic, a b",
    "result.format, xml",
    "result.key.converter, no.such.Class"
  })
  void aValueThatCannotBeIsNamed(String key, String value) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> SinkConfigs.config(key, value))
        .withMessageContaining(key);
  }

  @Test
  void secretsAreNeverShown() {
    RealtimeSinkConfig config = SinkConfigs.config("fal.api.key", SECRET);
    assertThat(config.values().toString()).contains("[hidden]").doesNotContain(SECRET);
    assertThat(config.toString()).doesNotContain(SECRET);
  }

  @Test
  void everyTaskKnowsItsNumber() {
    FalRealtimeSinkConnector connector = new FalRealtimeSinkConnector();
    connector.start(SinkConfigs.props());
    assertThat(connector.taskConfigs(3))
        .extracting(props -> new RealtimeSinkConfig(props).input().task().number())
        .containsExactly(0, 1, 2);
    connector.stop();
  }
}
