// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.cluster.worker.WorkerOptions;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;

/** The sample worker configuration of {@code config/}, without its addresses and paths. */
final class SampleWorker {
  private static final Path FILE = Path.of("config", "connect-distributed.properties");
  private static final Pattern PLACES =
      Pattern.compile(
          "bootstrap\\.servers|listeners|plugin\\.path|.+\\.replication\\.factor|.+\\.allowed\\.paths");

  private SampleWorker() {}

  /** Worker options with the API key in the environment. */
  static WorkerOptions loadOptions(String key) {
    WorkerOptions options = WorkerOptions.defaults().environment("FAL_KEY", key);
    Properties sample = new Properties();
    try (Reader reader = Files.newBufferedReader(FILE)) {
      sample.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sample.stringPropertyNames().stream()
        .filter(name -> !PLACES.matcher(name).matches())
        .forEach(name -> options.property(name, sample.getProperty(name)));
    return options;
  }
}
