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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Finds the JDKs that worker processes can run on. */
public final class Jdks {

  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(?:1\\.)?(\\d+)[^\"]*\"");
  private static final Jdk CURRENT =
      new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());

  private Jdks() {}

  /** The JDK that runs this code. */
  public static Jdk current() {
    return CURRENT;
  }

  /**
   * The newest one installed, which may be the current one. {@code NEWEST_JAVA_HOME} wins over what
   * the usual folders hold.
   */
  public static Jdk newest() {
    String named = System.getenv("NEWEST_JAVA_HOME");
    if (named != null && !named.isBlank()) {
      return findAt(Path.of(named))
          .orElseThrow(() -> new IllegalStateException("NEWEST_JAVA_HOME is no JDK: " + named));
    }
    return candidateHomes()
        .flatMap(home -> findAt(home).stream())
        .filter(jdk -> jdk.feature() > CURRENT.feature())
        .max(Comparator.comparingInt(Jdk::feature))
        .orElse(CURRENT);
  }

  /**
   * The one that system property {@code worker.jdk} asks for: {@code current} (the default) or
   * {@code newest}. Where nothing newer is installed, {@code newest} skips the test: it would only
   * repeat the run on the current one.
   */
  public static Jdk workerJdk() {
    String choice = System.getProperty("worker.jdk", "current");
    return switch (choice) {
      case "current" -> CURRENT;
      case "newest" -> {
        Jdk newest = newest();
        Assumptions.assumeTrue(
            newest.feature() > CURRENT.feature(),
            () ->
                "No JDK newer than "
                    + CURRENT.feature()
                    + " is installed: set NEWEST_JAVA_HOME to run the workers on one");
        yield newest;
      }
      default ->
          throw new IllegalArgumentException(
              "worker.jdk is \"current\" or \"newest\", not \"" + choice + "\"");
    };
  }

  private static Stream<Path> candidateHomes() {
    Path user = Path.of(System.getProperty("user.home"));
    Stream<Path> folders =
        Stream.of(
                Optional.ofNullable(CURRENT.home().getParent()),
                Optional.of(Path.of("/usr/lib/jvm")),
                Optional.of(Path.of("/opt/java")),
                Optional.of(Path.of("/Library/Java/JavaVirtualMachines")),
                Optional.of(user.resolve(".jdks")),
                Optional.of(user.resolve(".sdkman/candidates/java")))
            .flatMap(Optional::stream);
    return folders
        .flatMap(folder -> listFolders(folder).stream())
        .flatMap(home -> Stream.of(home, home.resolve("Contents/Home")));
  }

  private static List<Path> listFolders(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Jdk> findAt(Path home) {
    Path release = home.resolve("release");
    boolean complete =
        Files.isRegularFile(release)
            && Files.isExecutable(home.resolve("bin/java"))
            && Files.isExecutable(home.resolve("bin/jcmd"));
    if (!complete) {
      return Optional.empty();
    }
    try {
      return VERSION
          .matcher(Files.readString(release, UTF_8))
          .results()
          .findFirst()
          .map(match -> new Jdk(home, Integer.parseInt(match.group(1))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
