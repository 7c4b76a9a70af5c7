// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.client.SampleConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What can be said of the containers without an engine that runs them. */
class ComposeTest {
  /** The one that ends by itself. */
  private static final String TOPICS = "topics";

  private static final List<String> KEYS_OF_TOPICS =
      List.of(
          "topics",
          "requests.topic",
          "control.topic",
          "status.topic",
          "result.topic",
          "errors.topic");

  private final Map<String, Map<String, Object>> services = services();

  @Test
  void everyServiceHasItsMemoryBoundedAndItsHealthWatched() {
    each((name, service) -> assertThat(service).as(name).containsKey("mem_limit"));
    each(
        (name, service) ->
            assertThat(service.containsKey("healthcheck"))
                .as(name)
                .isEqualTo(!TOPICS.equals(name)));
  }

  @Test
  void nobodyStartsBeforeWhatItNeedsIsReady() {
    each(
        (name, service) ->
            needs(service)
                .forEach(
                    (needed, how) ->
                        assertThat(how.get("condition"))
                            .as("%s of %s", needed, name)
                            .isEqualTo(
                                TOPICS.equals(needed)
                                    ? "service_completed_successfully"
                                    : "service_healthy")));
  }

  @Test
  void portsAreThoseOfTheLoopbackAddress() {
    each(
        (name, service) ->
            assertThat((List<?>) service.getOrDefault("ports", List.of()))
                .as(name)
                .allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:")));
  }

  @Test
  void imagesAreOfTheVersionsThatTheBuildHas() throws IOException {
    List<String> images = new ArrayList<>();
    each(
        (name, service) -> {
          if (!service.containsKey("build")) {
            images.add(service.get("image").toString());
          }
        });
    String dockerfile = Files.readString(Path.of("docker/Dockerfile"));
    Pattern.compile("(?m)^FROM (\\S+)")
        .matcher(dockerfile)
        .results()
        .forEach(found -> images.add(found.group(1)));
    assertThat(images).allSatisfy(image -> assertThat(image).matches(".+:v?\\d+[.\\w-]+"));
    assertThat(images)
        .filteredOn(image -> image.startsWith("apache/kafka:"))
        .hasSize(3)
        .containsOnly("apache/kafka:" + AppInfoParser.getVersion());
    String registry = "mem:" + property("registry.version");
    assertThat(images).anyMatch(image -> image.endsWith(registry));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theTopicsOfTheSamplesAreMade(String file) {
    SampleConnector sample = SampleConnector.load(file);
    String made = services.get(TOPICS).get("command").toString();
    KEYS_OF_TOPICS.stream()
        .map(sample::get)
        .filter(topic -> !topic.isEmpty())
        .forEach(topic -> assertThat(made).containsPattern("[ ]" + topic + "[ ;]"));
  }

  @Test
  void theKeyIsInNoFileThatIsCommitted() throws IOException {
    assertThat(services.get("connect").get("environment"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("FAL_KEY", "${FAL_KEY:-}");
    assertThat(Files.readAllLines(Path.of(".env.example"))).contains("FAL_KEY=");
    assertThat(Files.readAllLines(Path.of(".gitignore"))).contains(".env");
    assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains(".env", ".git");
  }

  static Stream<String> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("config"))) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      return names.stream().filter(name -> name.endsWith(".json"));
    }
  }

  private void each(BiConsumer<String, Map<String, Object>> check) {
    assertThat(services).isNotEmpty();
    services.forEach(check);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> needs(Map<String, Object> service) {
    return (Map<String, Map<String, Object>>) service.getOrDefault("depends_on", Map.of());
  }

  private static Map<String, Map<String, Object>> services() {
    try {
      Map<String, Map<String, Map<String, Object>>> file =
          new Yaml().load(Files.readString(Path.of("docker-compose.yml")));
      return file.get("services");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String property(String name) throws IOException {
    return Pattern.compile("<" + name + ">(.+)</" + name + ">")
        .matcher(Files.readString(Path.of("pom.xml")))
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElseThrow();
  }
}
