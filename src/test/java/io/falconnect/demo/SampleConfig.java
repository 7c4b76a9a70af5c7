// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.cluster.WorkerOptions;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;

/** The files in {@code config/}, used as they are but for what says where things are. */
final class SampleConfig {
  static final Path CONNECTOR = Path.of("config", "fal-status-source.json");
  static final Path WORKER = Path.of("config", "connect-distributed.properties");

  private static final Pattern PLACES =
      Pattern.compile(
          "bootstrap\\.servers|listeners|plugin\\.path|.+\\.replication\\.factor|.+\\.allowed\\.paths");

  private SampleConfig() {}

  /** The connector, ready to be posted. */
  static ObjectNode connector(String bootstrap, String queueUrl) {
    try {
      ObjectNode connector =
          (ObjectNode) new ObjectMapper().readTree(Files.readString(existing(CONNECTOR)));
      ((ObjectNode) connector.get("config"))
          .put("control.bootstrap.servers", bootstrap)
          .put("fal.queue.url", queueUrl);
      return connector;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The worker, with the key in its environment. */
  static WorkerOptions worker(String key) {
    WorkerOptions options = WorkerOptions.defaults().environment("FAL_KEY", key);
    Properties sample = new Properties();
    try (Reader reader = Files.newBufferedReader(existing(WORKER))) {
      sample.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sample.stringPropertyNames().stream()
        .filter(name -> !PLACES.matcher(name).matches())
        .forEach(name -> options.property(name, sample.getProperty(name)));
    return options;
  }

  private static Path existing(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DemoException("No " + file + " here: run the demo at the root of the repository.");
    }
    return file;
  }
}
