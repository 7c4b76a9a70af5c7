// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** An exception that fails a task, and the first words of its message. */
  private static final Pattern FATAL =
      Pattern.compile("new ConnectException\\(\\s*(?:[\\w.()]+ \\+ )?\"([^\"]{8,})\"");

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
  void whatFailsATaskIsExplained() throws IOException {
    String page = messages();
    List<String> fatal =
        FATAL
            .matcher(sources())
            .results()
            .map(found -> found.group(1).split("%s|'")[0].strip())
            .toList();
    assertThat(fatal).hasSizeGreaterThan(8);
    assertThat(fatal).allSatisfy(message -> assertThat(page).contains(message));
  }

  static Stream<String> explained() throws IOException {
    return messages()
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|")[1])
        .flatMap(cell -> QUOTED.matcher(cell).results())
        .map(quoted -> quoted.group(1));
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
