// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.ConfigValidation;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users copy from {@code config/} is right. */
class SampleConfigIT {
  private static final Path FOLDER = Path.of("config");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What follows these goes on to somebody else, who has keys of its own. */
  private static final List<String> PASSED_ON =
      List.of("key.converter.", "value.converter.", "control.consumer.", "result.producer.");

  static Stream<String> connectors() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json") && read(name).at("/config").isObject())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("connectors")
  void aWorkerFindsNothingWrongWithAConnector(String name) {
    JsonNode sample = read(name);
    assertThat(sample.path("name").asText() + ".json").isEqualTo(name);
    KafkaCluster cluster = SharedCluster.get();
    Map<String, String> config = new LinkedHashMap<>();
    sample.path("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
    Set<String> keys = Set.copyOf(config.keySet());
    config.replaceAll(
        (key, value) -> key.endsWith(".bootstrap.servers") ? cluster.bootstrap() : value);
    config.put("name", sample.path("name").asText());
    config.put("fal.connection.check", "false");
    // Its converters are no part of Kafka: users of a schema registry have them installed.
    config.keySet().removeIf(key -> isConfluents(sample.path("config"), key));

    ConfigValidation validation = cluster.rest().validate(config.get("connector.class"), config);
    assertThat(validation.errors()).isEmpty();
    assertThat(unknown(keys, defined(validation))).isEmpty();
  }

  @Test
  void theWorkerPropertiesAreAWorkers() throws IOException {
    Properties sample = new Properties();
    try (Reader reader =
        Files.newBufferedReader(FOLDER.resolve("connect-distributed.properties"))) {
      sample.load(reader);
    }
    Map<String, String> config = new LinkedHashMap<>();
    sample.stringPropertyNames().forEach(key -> config.put(key, sample.getProperty(key)));
    // It has to exist on the machine that reads it.
    config.replace("config.providers.file.param.allowed.paths", "" + FOLDER.toAbsolutePath());
    Set<String> defined = new DistributedConfig(config).values().keySet();
    assertThat(unknown(config.keySet(), defined))
        .allMatch(key -> key.matches("config\\.providers\\.(env|file)\\.(class|param\\..+)"));
  }

  private static boolean isConfluents(JsonNode config, String key) {
    return Stream.of("key.converter", "value.converter")
        .filter(converter -> config.path(converter).asText().startsWith("io.confluent."))
        .anyMatch(converter -> key.equals(converter) || key.startsWith(converter + "."));
  }

  private static Set<String> defined(ConfigValidation validation) {
    Set<String> names = new HashSet<>();
    validation
        .answer()
        .path("configs")
        .forEach(config -> names.add(config.at("/definition/name").asText()));
    return names;
  }

  private static List<String> unknown(Set<String> keys, Set<String> defined) {
    return keys.stream()
        .filter(key -> !defined.contains(key))
        .filter(key -> PASSED_ON.stream().noneMatch(key::startsWith))
        .toList();
  }

  private static JsonNode read(String name) {
    try {
      return JSON.readTree(Files.readString(FOLDER.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
