// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every class that {@code docs/design.md} names in backticks exists, with the member it names. */
class DesignPageTest {
  private static final Path PAGE = Path.of("docs/design.md");

  /** A name with a capital at its beginning and a small letter in it, perhaps with a member. */
  private static final Pattern CLASS =
      Pattern.compile("`(?<type>[A-Z]\\w*[a-z]\\w*)(\\.(?<member>\\w+))?`");

  @Test
  void everyClassThatIsNamedExists() throws IOException {
    Map<String, Path> sources = sources();
    Set<String> named = new TreeSet<>();
    Set<String> unknown = new TreeSet<>();
    Matcher names = CLASS.matcher(Files.readString(PAGE));
    while (names.find()) {
      named.add(names.group("type"));
      if (!exists(sources.get(names.group("type")), names.group("member"))) {
        unknown.add(names.group());
      }
    }
    assertThat(named).contains("WatchPolicy", "KilledWorkersIT");
    assertThat(unknown).isEmpty();
  }

  private static boolean exists(Path source, String member) throws IOException {
    return source != null && (member == null || Files.readString(source).contains(member));
  }

  /** The files of all classes, by the name of the class. */
  private static Map<String, Path> sources() throws IOException {
    try (Stream<Path> main = Files.walk(Path.of("src/main/java"));
        Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
      return Stream.concat(main, tests)
          .filter(path -> path.toString().endsWith(".java"))
          .collect(
              Collectors.toMap(
                  path -> path.getFileName().toString().replace(".java", ""),
                  Function.identity(),
                  (one, other) -> one));
    }
  }
}
