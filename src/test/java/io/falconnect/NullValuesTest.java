// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.FalQueueSinkConnector;
import io.falconnect.sink.FalRealtimeSinkConnector;
import io.falconnect.sink.FalStreamSinkConnector;
import io.falconnect.source.FalStatusSourceConnector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** JSON's null, which Connect passes on, is as good as no key. */
class NullValuesTest {
  private static final List<String> OF_CONNECT =
      List.of("name", "topics", "topics.regex", "errors.tolerance", "exactly.once.support");

  /** A connector and what it needs. */
  enum Kind {
    SOURCE(new FalStatusSourceConnector(), "control", "consumer", ConsumerConfig.configDef()),
    REALTIME(new FalRealtimeSinkConnector(), "result", "producer", ProducerConfig.configDef()),
    STREAM(new FalStreamSinkConnector(), "result", "producer", ProducerConfig.configDef()),
    QUEUE(new FalQueueSinkConnector(), "requests", "producer", ProducerConfig.configDef());

    final Connector connector;
    final String prefix;
    final String client;
    final ConfigDef definition;

    Kind(Connector connector, String prefix, String client, ConfigDef definition) {
      this.connector = connector;
      this.prefix = prefix;
      this.client = prefix + "." + client + ".";
      this.definition = definition;
    }

    Map<String, List<String>> errors(String key) {
      Map<String, String> props = new HashMap<>();
      props.put("name", "a");
      props.put("topics", "in");
      props.put("fal.endpoint.id", "owner/app");
      props.put("fal.connection.check", "false");
      props.put("status.topic", "status");
      props.put(prefix + ".topic", "out");
      props.put(prefix + ".bootstrap.servers", "localhost:9092");
      props.put(key, null);
      // Else it would look for a cluster.
      if (key.equals("fal.connection.check")) {
        props.put(prefix + ".bootstrap.servers", "nowhere");
      }
      Map<String, List<String>> errors = new LinkedHashMap<>();
      for (ConfigValue value : connector.validate(props).configValues()) {
        if (!value.errorMessages().isEmpty()) {
          errors.put(value.name(), value.errorMessages());
        }
      }
      return errors;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nullMakesNoCheckThrow(Kind kind) {
    List<String> keys = new ArrayList<>(kind.connector.config().names());
    keys.addAll(OF_CONNECT);
    for (String key : keys) {
      assertThat(kind.errors(key).keySet())
          .as(key)
          .isSubsetOf(key, kind.prefix + ".bootstrap.servers");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nullIsNotPassedOnToAClient(Kind kind) {
    for (String name : kind.definition.names()) {
      assertThat(kind.errors(kind.client + name)).as(name).isEmpty();
    }
    assertThat(kind.errors(kind.client + "own")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE, control.topic",
    "SOURCE, control.bootstrap.servers",
    "SOURCE, status.topic",
    "REALTIME, result.topic",
    "REALTIME, result.bootstrap.servers",
    "REALTIME, fal.endpoint.id",
    "STREAM, result.topic",
    "QUEUE, requests.topic",
    "QUEUE, requests.bootstrap.servers"
  })
  void nullIsNotWhatIsRequired(Kind kind, String key) {
    assertThat(kind.errors(key)).containsOnlyKeys(key);
    assertThat(kind.errors(key).get(key)).singleElement().asString().contains("is required");
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE, errors.tolerance",
    "SOURCE, exactly.once.support",
    "SOURCE, control.value.converter",
    "SOURCE, status.logs",
    "SOURCE, fal.queue.url",
    "REALTIME, topics",
    "REALTIME, topics.regex",
    "STREAM, stream.path",
    "STREAM, result.key.converter",
    "QUEUE, queue.no.retry",
    "QUEUE, fal.api.key"
  })
  void nullLeavesTheDefault(Kind kind, String key) {
    assertThat(kind.errors(key)).isEmpty();
  }
}
