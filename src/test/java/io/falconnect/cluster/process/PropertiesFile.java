// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Writes properties files. */
public final class PropertiesFile {

  private PropertiesFile() {}

  public static Path write(Path file, Map<String, String> entries) {
    Properties properties = new Properties();
    properties.putAll(entries);
    try (Writer writer = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(writer, null);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
