// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.Warnings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that nothing reads is noticed, and the key that is meant is named. */
class KeySpellingTest {
  private static final KeySpelling SPELLING =
      new KeySpelling(definition(), Map.of("control.consumer.", ConsumerConfig.configNames()));

  private static ConfigDef definition() {
    ConfigDef definition = FalConfig.define(new ConfigDef());
    KeyGroup group = new KeyGroup(definition, "more");
    for (String key : Set.of("control.topic", "control.bootstrap.servers", "status.logs")) {
      group.key(key, Type.STRING).describe(key, key);
    }
    group.key("control.value.converter", Type.CLASS).describe("converter", "converter");
    group.key("errors.topic", Type.STRING).describe("errors", "errors");
    return definition;
  }

  @ParameterizedTest
  @CsvSource({
    "status.log, status.logs",
    "fal.idle.timout.ms, fal.idle.timeout.ms",
    "fal.apikey, fal.api.key",
    "fal.api.kye, fal.api.key",
    "FAL.API.KEY, fal.api.key",
    "fall.api.key, fal.api.key",
    "api.key, fal.api.key",
    "idle.timeout.ms, fal.idle.timeout.ms",
    "bootstrap.servers, control.bootstrap.servers",
    "stauts.logs, status.logs",
    "errors.tolerence, errors.tolerance",
    "tasks.mx, tasks.max",
    "fal.ssl.trustore.location, fal.ssl.truststore.location",
    "control.consumer.fetch.max.byte, control.consumer.fetch.max.bytes",
    "control.consumr.fetch.max.bytes, control.consumer.fetch.max.bytes",
    "'status.logs ', status.logs",
  })
  void theKeyThatIsMeantIsNamed(String key, String meant) {
    assertThat(SPELLING.findUnknown(Map.of(key, "x"))).containsExactly(key);
    assertThat(SPELLING.findNearest(key)).contains(meant);
    try (Warnings warnings = Warnings.of(KeySpelling.class)) {
      SPELLING.warn(Map.of(key, "s3cret"));
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .isEqualTo(
              key + " is not a key of this connector and has no effect. Is " + meant + " meant?");
    }
  }

  @Test
  void aKeyThatIsLikeNoneIsNamedAlone() {
    try (Warnings warnings = Warnings.of(KeySpelling.class)) {
      SPELLING.warn(Map.of("status.zebra.crossing.quickly", "x"));
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .isEqualTo(
              "status.zebra.crossing.quickly is not a key of this connector and has no effect");
    }
  }

  @Test
  void aKeyOfAnotherConnectorIsNoticed() {
    assertThat(SPELLING.findUnknown(Map.of("realtime.encoding", "json")))
        .containsExactly("realtime.encoding");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "connector.class",
        "errors.deadletterqueue.topic.name",
        "transforms.any.thing",
        "predicates.any.thing",
        "topic.creation.default.partitions",
        "producer.override.compression.type",
        "consumer.override.fetch.max.bytes",
        "value.converter.schemas.enable",
        "header.converter.encoding",
        "control.value.converter.schemas.enable",
        "control.value.converter.schema.registry.url",
        "control.consumer.fetch.max.bytes",
        "control.consumer.my.interceptor.setting",
        "fal.header.x-fal-tags",
        "fal.ssl.truststore.location",
        "confluent.topic.bootstrap.servers",
        "ticket",
        "x",
        "tags"
      })
  void whatSomethingMayReadIsLeftAlone(String key) {
    assertThat(SPELLING.findUnknown(Map.of(key, "x"))).isEmpty();
  }

  @Test
  void nullsAreLookedAtTooAndOrderIsKept() {
    Map<String, String> props = new HashMap<>();
    props.put("status.log", null);
    props.put("fal.apikey", "x");
    assertThat(SPELLING.findUnknown(props)).containsExactly("fal.apikey", "status.log");
  }
}
