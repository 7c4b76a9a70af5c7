// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The log configuration of processes: everything to standard output, which is a file. */
final class ProcessLogging {

  private static final String CONFIGURATION =
      """
      <Configuration status="WARN" shutdownHook="disable">
        <Appenders>
          <Console name="out" target="SYSTEM_OUT">
            <PatternLayout pattern="[%%d] %%p %%X{connector.context}%%m (%%c) [%%t]%%n"/>
          </Console>
        </Appenders>
        <Loggers>
          <Root level="%s">
            <AppenderRef ref="out"/>
          </Root>
        </Loggers>
      </Configuration>
      """;

  private ProcessLogging() {}

  /** Writes the configuration and returns the JVM argument that names it. */
  static String write(Path folder, String level) {
    try {
      Path file =
          Files.writeString(folder.resolve("log4j2.xml"), CONFIGURATION.formatted(level), UTF_8);
      return "-Dlog4j2.configurationFile=" + file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
