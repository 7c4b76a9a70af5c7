// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page says is to be posted is what is tested. */
class PipelinePageTest {
  private static final Path PAGE = Path.of("docs", "pipeline.md");

  @ParameterizedTest
  @ValueSource(strings = {"fal-queue-sink.json", "fal-status-source.json"})
  void thePageShowsTheSample(String sample) throws IOException {
    assertThat(Files.readString(PAGE)).contains(Files.readString(Path.of("config", sample)));
  }
}
