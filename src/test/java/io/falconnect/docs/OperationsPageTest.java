// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages that the page explains are those that there are. */
class OperationsPageTest {
  private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");

  /** What is thrown, logged or said of a key, and the first words of it that are no placeholder. */
  private static final Pattern SAID =
      Pattern.compile(
          "(?:new (?:(?:Connect|Config|IllegalArgument|UnusableInput)Exception|Finding)"
              + "|\\bwarn|report\\.addError|\\bunusable)\\("
              + "(?:[^\";]|\"[^\"]{0,7}\")*?\"([^\"]{8,})\"");

  /** What is filled in, and what a page would have to escape. */
  private static final Pattern FILLED_IN = Pattern.compile("\\{}|%s|'|[:;] |\\\\");

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  @ParameterizedTest
  @MethodSource("explained")
  void aMessageThatIsExplainedIsOneOfOurs(String message) throws IOException {
    String sources = sources();
    assertThat(message.split("…"))
        .as(message)
        .allMatch(fragment -> sources.contains(fragment.strip()));
  }

  @Test
  void whateverTheConnectorsSayIsExplained() throws IOException {
    String page = messages();
    List<String> said =
        SAID.matcher(sources()).results().map(found -> longest(found.group(1))).toList();
    assertThat(said)
        .contains("is of use only with", "it has no request_id", "is required with")
        .hasSizeGreaterThan(90)
        .allSatisfy(message -> assertThat(page).contains(message));
  }

  static Stream<String> explained() throws IOException {
    return messages()
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|")[1])
        .flatMap(cell -> QUOTED.matcher(cell).results())
        .map(quoted -> quoted.group(1));
  }

  private static String longest(String message) {
    return FILLED_IN
        .splitAsStream(message)
        .map(String::strip)
        .max(Comparator.comparing(String::length))
        .orElseThrow();
  }

  private static String messages() throws IOException {
    String page = Files.readString(Path.of("docs", "operations.md"));
    return page.substring(page.indexOf("\n## Messages"), page.indexOf("\n## Kubernetes"));
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(OperationsPageTest::read)
          .map(source -> CONCATENATION.matcher(source).replaceAll(""))
          .collect(Collectors.joining("\n"));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
