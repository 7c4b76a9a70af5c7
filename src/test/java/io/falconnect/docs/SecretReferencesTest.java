// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages and samples refer to secrets where the sample of a worker allows it, and in one way. */
class SecretReferencesTest {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{file:([^:}]+):([^}]+)}");
  private static final Pattern KEY =
      Pattern.compile("\"fal\\.api\\.key\": \"(\\$\\{file:[^\"]+)\"");
  private static final Pattern ALLOWED =
      Pattern.compile("(?m)^config\\.providers\\.file\\.param\\.allowed\\.paths=(.+)$");

  @Test
  void theyAreWithinWhatTheWorkerMayRead() throws IOException {
    List<String> allowed = found(ALLOWED);
    assertThat(allowed).hasSizeGreaterThan(1).containsOnly(allowed.get(0));
    Path folder = Path.of(allowed.get(0));
    assertThat(found(REFERENCE))
        .hasSizeGreaterThan(8)
        .allSatisfy(file -> assertThat(Path.of(file).normalize()).startsWithRaw(folder));
  }

  @Test
  void theKeyIsEverywhereTheSameEntryOfTheSameFile() throws IOException {
    List<String> keys = found(KEY);
    assertThat(keys).hasSizeGreaterThan(5).containsOnly(keys.get(0));
  }

  /** The first group of all that is found in README, pages and samples. */
  private static List<String> found(Pattern pattern) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files =
        Stream.of("README.md", "docs", "config").map(Path::of).flatMap(SecretReferencesTest::in)) {
      for (Path file : files.toList()) {
        pattern
            .matcher(Files.readString(file))
            .results()
            .map((MatchResult one) -> one.group(1))
            .forEach(found::add);
      }
    }
    return found;
  }

  private static Stream<Path> in(Path path) {
    try {
      return Files.walk(path).filter(Files::isRegularFile);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
