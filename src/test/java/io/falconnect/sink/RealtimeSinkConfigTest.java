// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.sink.realtime.CompletionRule;
import java.time.Duration;
import java.util.List;
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
    "realtime.encoding, json",
    "realtime.auth, jwt",
    "realtime.token.expiration.s, 120",
    "realtime.max.buffering,",
    "realtime.max.in.flight,",
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

  @Test
  void defaultsThatDependOnSomething() {
    RealtimeSinkConfig config = SinkConfigs.config();
    assertThat(config.maxBuffering()).isEmpty();
    assertThat(config.maxInFlight()).isEqualTo(2);
    assertThat(SinkConfigs.config("realtime.max.buffering", "7").maxInFlight()).isEqualTo(7);
    assertThat(
            SinkConfigs.config("realtime.max.buffering", "7", "realtime.max.in.flight", "3")
                .maxInFlight())
        .isEqualTo(3);
    assertThat(config.tokenLife()).contains(Duration.ofSeconds(120));
    assertThat(SinkConfigs.config("realtime.auth", "key").tokenLife()).isEmpty();
    assertThat(config.encoding()).isEqualTo(RealtimeEncoding.JSON);
    assertThat(SinkConfigs.config("realtime.encoding", "msgpack").encoding())
        .isEqualTo(RealtimeEncoding.MSGPACK);
    assertThat(config.tolerant()).isFalse();
    assertThat(SinkConfigs.config("errors.tolerance", "ALL").tolerant()).isTrue();
    assertThat(config.taskId()).isZero();
    assertThat(SinkConfigs.config("result.format", "struct").outputAsStruct()).isTrue();
  }

  @Test
  void theCompletionRuleIsWhatTheKeysSay() {
    assertThat(SinkConfigs.config().completion())
        .isEqualTo(
            new CompletionRule(CompletionRule.Mode.FIRST, Duration.ofSeconds(1), null, null));
    assertThat(
            SinkConfigs.config(
                    "realtime.completion", "field",
                    "realtime.completion.quiet.ms", "5",
                    "realtime.completion.field", "/a/0",
                    "realtime.completion.value", "done")
                .completion())
        .isEqualTo(
            new CompletionRule(
                CompletionRule.Mode.FIELD,
                Duration.ofMillis(5),
                JsonPointer.compile("/a/0"),
                "done"));
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

  @ParameterizedTest
  @ValueSource(strings = {"/", "/realtime", "/a/b-c_d/1.0", "/ws/", "/.well", "/..a", "/..."})
  void plainPathsAreTaken(String path) {
    assertThat(SinkConfigs.config("realtime.path", path).target().path()).isEqualTo(path);
  }

  @Test
  void theProducerWritesOnceAndSafelyWhateverAUserSets() {
    Map<String, Object> producer =
        SinkConfigs.config(
                "sink.task.id", "4",
                "result.producer.acks", "0",
                "result.producer.enable.idempotence", "false",
                "result.producer.transactional.id", "t",
                "result.producer.key.serializer", "k",
                "result.producer.bootstrap.servers", "elsewhere:9092",
                "result.producer.linger.ms", "7")
            .producer();
    assertThat(producer)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("client.id", "sink-4-result")
        .containsEntry("bootstrap.servers", List.of("localhost:9092"))
        .containsEntry("linger.ms", "7")
        .containsEntry("max.block.ms", 10_000L)
        .containsEntry("buffer.memory", 32L << 20)
        .containsEntry("batch.size", 64 << 10)
        .doesNotContainKeys("transactional.id", "key.serializer", "value.serializer");
    assertThat((Long) producer.get("metadata.max.idle.ms"))
        .isGreaterThan(Duration.ofDays(365).toMillis());
  }

  @Test
  void theProducersMemoryHasRoomForTwoOfTheLargestRecords() {
    String size = "result.producer.max.request.size";
    String memory = "result.producer.buffer.memory";
    assertThat(memory("result.producer.client.id", "own")).isEqualTo("33554432");
    assertThat(memory(size, "1000000")).isEqualTo("33554432");
    assertThat(memory(size, " 20000000 ")).isEqualTo("40000000");
    assertThat(memory(size, "2000000000")).isEqualTo("4000000000");
    assertThat(memory(size, "20000000", memory, "50")).isEqualTo("50");
  }

  private static String memory(String... more) {
    return SinkConfigs.config(more).producer().get("buffer.memory").toString();
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
        .extracting(props -> new RealtimeSinkConfig(props).taskId())
        .containsExactly(0, 1, 2);
    connector.stop();
  }
}
