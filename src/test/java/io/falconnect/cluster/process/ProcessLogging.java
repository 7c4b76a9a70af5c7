// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The log configuration of processes: everything to standard output, which is a file. */
public final class ProcessLogging {

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

  /** The same for Log4j 1, which Kafka used before 4.0. */
  private static final String BEFORE_LOG4J_2 =
      """
      log4j.rootLogger=%s, out
      log4j.appender.out=org.apache.log4j.ConsoleAppender
      log4j.appender.out.layout=org.apache.log4j.PatternLayout
      log4j.appender.out.layout.ConversionPattern=[%%d] %%p %%X{connector.context}%%m (%%c) [%%t]%%n
      """;

  private ProcessLogging() {}

  /** Writes the configuration and returns the JVM argument that names it. */
  public static String write(Path folder, String level, String classPath) {
    boolean old = classPath.contains("reload4j");
    Path file = folder.resolve(old ? "log4j.properties" : "log4j2.xml");
    try {
      Files.writeString(file, (old ? BEFORE_LOG4J_2 : CONFIGURATION).formatted(level), UTF_8);
      return old ? "-Dlog4j.configuration=" + file.toUri() : "-Dlog4j2.configurationFile=" + file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
