// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConfigValidation;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What users copy from {@code config/}, the README and the pages is right. */
class SampleConfigIT {
  private static final Path FOLDER = Path.of("config");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```json\n(.*?)^```");

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file|dir):[^}]+}");

  /** What follows these goes on to somebody else, who has keys of its own. */
  private static final Pattern PASSED_ON =
      Pattern.compile("((.+\\.)?(key|value)\\.converter|control\\.consumer|.+\\.producer)\\..+");

  /** Connectors by where they are shown: files of {@code config/}, and blocks on pages. */
  static Stream<Arguments> connectors() throws IOException {
    List<Arguments> connectors = new ArrayList<>();
    for (Path file : files(FOLDER, ".json")) {
      add(connectors, file, JSON.readTree(Files.readString(file)));
    }
    List<Path> pages = new ArrayList<>(files(Path.of("docs"), ".md"));
    pages.add(Path.of("README.md"));
    for (Path page : pages) {
      for (MatchResult block : BLOCK.matcher(Files.readString(page)).results().toList()) {
        if (block.group(1).startsWith("{")) {
          add(connectors, page, JSON.readTree(block.group(1)));
        }
      }
    }
    assertThat(connectors).hasSizeGreaterThan(15);
    return connectors.stream();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("connectors")
  void aWorkerFindsNothingWrongWithAConnector(Path where, String name, JsonNode sample) {
    KafkaCluster cluster = SharedCluster.get();
    Map<String, String> config = new LinkedHashMap<>();
    sample.properties().forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    Set<String> keys = Set.copyOf(config.keySet());
    config.replaceAll(
        (key, value) -> key.endsWith(".bootstrap.servers") ? cluster.bootstrap() : value);
    // The config providers of the user's worker resolve these.
    config.replaceAll((key, value) -> REFERENCE.matcher(value).replaceAll("resolved"));
    config.put("name", name);
    config.put("fal.connection.check", "false");
    // Its converters are no part of Kafka: users of a schema registry have them installed.
    config.keySet().removeIf(key -> isConfluents(sample, key));

    ConfigValidation validation = cluster.rest().validate(config.get("connector.class"), config);
    assertThat(validation.errors()).isEmpty();
    assertThat(unknown(keys, defined(validation))).isEmpty();
  }

  @Test
  void aSampleIsNamedAsItsFile() throws IOException {
    for (Path file : files(FOLDER, ".json")) {
      assertThat(JSON.readTree(file.toFile()).path("name").asText() + ".json")
          .isEqualTo(file.getFileName().toString());
    }
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
    return config.properties().stream()
        .filter(entry -> entry.getValue().asText().startsWith("io.confluent."))
        .map(Map.Entry::getKey)
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
        .filter(key -> !PASSED_ON.matcher(key).matches())
        .toList();
  }

  private static void add(List<Arguments> connectors, Path where, JsonNode shown) {
    if (shown.path("config").isObject()) {
      connectors.add(Arguments.of(where, shown.path("name").asText(), shown.path("config")));
    }
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
