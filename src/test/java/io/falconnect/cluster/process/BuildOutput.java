// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The files of the build that processes need. System properties name them; without those (in an
 * IDE) they are looked for under {@code target}.
 */
public final class BuildOutput {

  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private BuildOutput() {}

  /** The folder under which processes read and write all their files. */
  public static Path folder() {
    return TARGET;
  }

  /** Class path of worker processes: Connect and what it needs, nothing of the plugin. */
  public static String kafkaClassPath() {
    return readClassPath(System.getProperty("kafka.classpath.file"), "kafka.classpath");
  }

  /** Class path of worker processes of another Kafka release, such as 3.9. */
  public static String kafkaClassPath(String release) {
    String folder = System.getProperty("workers.folder", TARGET.resolve("workers").toString());
    return readClassPath(
        Path.of(folder, "kafka-" + release + ".classpath"), "pre-integration-test");
  }

  /** Class path with every dependency, those of tests too, but no class of this project. */
  public static String toolsClassPath() {
    return readClassPath(System.getProperty("tools.classpath.file"), "tools.classpath");
  }

  /** The component archive, if the build has packaged it. */
  public static Optional<Path> componentArchive() {
    String named = System.getProperty("component.archive");
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isRegularFile);
    }
    return listFiles(TARGET.resolve("components/packages")).stream()
        .filter(file -> file.toString().endsWith(".zip"))
        .findFirst();
  }

  /** The folder of the schema registry, which the build unpacks before integration tests. */
  public static Path schemaRegistry() {
    return TARGET.resolve("schema-registry");
  }

  /** A new folder for the files of processes. */
  public static Path newFolder(String prefix) {
    try {
      Path parent = Files.createDirectories(TARGET.resolve("clusters"));
      return Files.createTempDirectory(parent, prefix + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unpacks an archive into a folder. */
  public static void unpack(Path archive, Path folder) {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("Entry leaves the archive's folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack " + archive, e);
    }
  }

  /** Deletes a folder. Files that cannot be deleted stay under target. */
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("Left behind: " + folder + " (" + e + ")");
    }
  }

  private static String readClassPath(String named, String fallback) {
    Path file = named == null ? TARGET.resolve(fallback) : Path.of(named);
    return readClassPath(file, "generate-test-resources");
  }

  private static String readClassPath(Path file, String phase) {
    try {
      return Files.readString(file, UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "No class path at " + file + ": the build's " + phase + " phase writes it", e);
    }
  }

  private static List<Path> listFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
