// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code on the page is code that is tested. */
class StreamProcessingPageTest {
  private static final Path PAGE = Path.of("docs", "stream-processing.md");
  private static final Path CODE = Path.of("src/test/java/io/falconnect/streams");

  @ParameterizedTest
  @CsvSource({
    "StatusEvent, record StatusEvent",
    "StatusTables, '  static Topology of'",
    "TimeInStates, '  TimeInStates and'",
    "AvroStatusEvents, '  public StatusEvent deserialize'"
  })
  void thePageQuotesTheCode(String type, String beginning) throws IOException {
    assertThat(Files.readString(PAGE)).contains(code(type, beginning));
  }

  /** From that beginning to the brace that closes it. */
  private static String code(String type, String beginning) throws IOException {
    String source = Files.readString(CODE.resolve(type + ".java"));
    int from = source.indexOf("\n" + beginning) + 1;
    String indent = beginning.substring(0, beginning.length() - beginning.stripLeading().length());
    String end = source.startsWith("record", from) ? "{}" : "\n" + indent + "}";
    int to = source.indexOf(end, from) + end.length();
    return source.substring(from, to).stripIndent();
  }
}
