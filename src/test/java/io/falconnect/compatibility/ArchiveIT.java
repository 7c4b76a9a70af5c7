// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.docs.Links;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The archive, unpacked: what Confluent's component specification asks for, and nothing more. */
class ArchiveIT {
  private static final String NAME = "kafka-connect-fal";
  private static final List<String> LIBRARIES =
      List.of(
          "annotations",
          "jackson-annotations",
          "jackson-core",
          "jackson-databind",
          NAME,
          "kotlin-stdlib",
          "msgpack-core",
          "okhttp-jvm",
          "okhttp-sse",
          "okio-jvm",
          "pcollections");

  private static Path archive;
  private static Path root;
  private static JsonNode manifest;

  @BeforeAll
  static void unpack() {
    archive = BuildOutput.componentArchive().orElseThrow();
    Path folder = BuildOutput.newFolder("archive");
    BuildOutput.unpack(archive, folder);
    assertThat(names(folder)).containsExactly(withoutSuffix(archive));
    root = folder.resolve(withoutSuffix(archive));
    manifest = json(root.resolve("manifest.json"));
  }

  @Test
  void itsRootHasWhatTheSpecificationNamesAndNothingElse() {
    assertThat(names(root)).containsExactly("assets", "doc", "etc", "lib", "manifest.json");
  }

  @Test
  void theManifestSaysWhatTheComponentIs() {
    assertThat(text("/name")).isEqualTo(NAME);
    assertThat(withoutSuffix(archive))
        .isEqualTo(text("/owner/username") + "-" + NAME + "-" + text("/version"));
    assertThat(manifest.path("component_types"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("source", "sink");
    assertThat(manifest.at("/features/supported_encodings"))
        .extracting(JsonNode::asText)
        .containsExactly("any");
    assertThat(manifest.at("/features/delivery_guarantee"))
        .extracting(JsonNode::asText)
        .containsExactly("at_least_once", "exactly_once");
    for (String feature :
        List.of(
            "single_message_transforms",
            "confluent_control_center_integration",
            "kafka_connect_api")) {
      assertThat(manifest.at("/features/" + feature).isBoolean()).as(feature).isTrue();
    }
    assertThat(LocalDate.parse(text("/release_date"))).isAfter(LocalDate.parse("2026-01-01"));
    assertThat(text("/license/0/name")).isEqualTo("Apache License, Version 2.0");
  }

  @Test
  void theManifestHasEveryField() {
    assertThat(fields(manifest, ""))
        .containsExactlyInAnyOrder(
            "/name",
            "/version",
            "/title",
            "/description",
            "/owner/username",
            "/owner/type",
            "/owner/name",
            "/owner/url",
            "/owner/logo",
            "/support/provider_name",
            "/support/summary",
            "/support/url",
            "/support/logo",
            "/tags",
            "/requirements",
            "/features/supported_encodings",
            "/features/single_message_transforms",
            "/features/confluent_control_center_integration",
            "/features/kafka_connect_api",
            "/features/delivery_guarantee",
            "/logo",
            "/documentation_url",
            "/source_url",
            "/license",
            "/component_types",
            "/release_date");
    assertThat(manifest.toString()).doesNotContain("${", "\"\"", "[]", "null");
    assertThat(List.of(text("/owner/url"), text("/support/url"), text("/license/0/url")))
        .allMatch(url -> url.startsWith("https://"));
    assertThat(List.of(text("/documentation_url"), text("/source_url")))
        .allMatch(url -> url.startsWith("https://"));
  }

  /** At least 400 by 200 pixels, as Confluent asks. */
  @Test
  void theLogosAreThere() throws IOException {
    for (String logo : List.of("/logo", "/owner/logo", "/support/logo")) {
      BufferedImage image = ImageIO.read(root.resolve(text(logo)).toFile());
      assertThat(image.getWidth()).isGreaterThanOrEqualTo(400);
      assertThat(image.getHeight()).isGreaterThanOrEqualTo(200);
    }
  }

  @Test
  void itsLibrariesAreExactlyThose() {
    assertThat(names(root.resolve("lib")))
        .extracting(jar -> jar.replaceAll("-\\d[\\w.-]*\\.jar$", ""))
        .containsExactlyInAnyOrderElementsOf(LIBRARIES);
  }

  @Test
  void everySampleIsInEtc() {
    assertThat(files(root.resolve("etc"))).isEqualTo(files(Path.of("config")));
  }

  @Test
  void everyPageIsInDoc() {
    assertThat(files(root.resolve("doc/docs"))).isEqualTo(files(Path.of("docs")));
    assertThat(files(root.resolve("doc")))
        .contains("README.md", "CHANGELOG.md", "LICENSE", "NOTICE")
        .contains("THIRD-PARTY.txt", "licenses/pcollections.txt", "sbom.cdx.json");
  }

  @Test
  void everyLinkOfAPageLeadsSomewhere() {
    assertThat(files(root.resolve("doc/config"))).isEqualTo(files(Path.of("config")));
    assertThat(Links.broken(Links.pages(root.resolve("doc"), "docs"))).isEmpty();
  }

  /** Jar by jar, with its licence; the bill of materials beside the archive is the same. */
  @Test
  void theBillOfMaterialsIsOfItsLibraries() throws IOException {
    Path beside = archive.resolveSibling(withoutSuffix(archive) + ".cdx.json");
    Path within = root.resolve("doc/sbom.cdx.json");
    assertThat(within).hasSameBinaryContentAs(beside);
    JsonNode bill = json(within);
    assertThat(text(bill, "/bomFormat")).isEqualTo("CycloneDX");
    List<String> bundled = new ArrayList<>(names(root.resolve("lib")));
    bundled.remove(NAME + "-" + text("/version") + ".jar");
    assertThat(jars(bill)).containsExactlyInAnyOrderElementsOf(bundled);
    assertThat(bill.path("components"))
        .allMatch(
            library -> library.at("/licenses/0/license/id").asText().matches("Apache-2.0|MIT"));
    String licences = Files.readString(root.resolve("doc/THIRD-PARTY.txt"));
    for (JsonNode library : bill.path("components")) {
      assertThat(licences)
          .contains(":" + text(library, "/name") + ":" + text(library, "/version") + " ");
    }
  }

  private static List<String> jars(JsonNode bill) {
    return StreamSupport.stream(bill.path("components").spliterator(), false)
        .map(library -> text(library, "/name") + "-" + text(library, "/version") + ".jar")
        .toList();
  }

  private static List<String> fields(JsonNode object, String path) {
    List<String> fields = new ArrayList<>();
    object
        .properties()
        .forEach(
            field -> {
              String name = path + "/" + field.getKey();
              if (field.getValue().isObject()) {
                fields.addAll(fields(field.getValue(), name));
              } else {
                fields.add(name);
              }
            });
    return fields;
  }

  private static String text(String pointer) {
    return text(manifest, pointer);
  }

  private static String text(JsonNode json, String pointer) {
    return json.at(pointer).asText();
  }

  private static String withoutSuffix(Path zip) {
    return zip.getFileName().toString().replaceFirst("\\.zip$", "");
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the folder and those below it, by their paths. */
  private static List<String> files(Path folder) {
    try (Stream<Path> entries = Files.walk(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
