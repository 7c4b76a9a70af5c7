// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.process.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Apicurio's registry as a process: in memory, with the API of Confluent's registry. */
public final class SchemaRegistry implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
  private static final String API = "/apis/ccompat/v7";

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final JavaProcess process;

  private SchemaRegistry(int port) {
    this.port = port;
    Path folder = BuildOutput.newFolder("registry");
    this.process =
        JavaProcess.start(
            new JavaProcess.Command(
                "Schema registry",
                Jdks.current(),
                List.of(
                    "-Xmx384m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dquarkus.http.host=127.0.0.1",
                    "-Dquarkus.http.port=" + port),
                findRunnerJar().toString(),
                "io.quarkus.runner.GeneratedMain",
                List.of(),
                Map.of(),
                folder.resolve("registry.log")));
  }

  /** Starts it and waits until it answers. */
  public static SchemaRegistry start() {
    return start(Ports.findFree());
  }

  /** Starts it on a port, and waits until it answers. */
  public static SchemaRegistry start(int port) {
    SchemaRegistry registry = new SchemaRegistry(port);
    Waits.until(
        "the schema registry to answer",
        START_LIMIT,
        () -> {
          registry.process.requireAlive();
          return Optional.of(registry.isAnswering()).filter(answers -> answers);
        },
        registry.process::outputTail);
    return registry;
  }

  /** What clients put into {@code schema.registry.url}. */
  public String url() {
    return url(port);
  }

  /** The same for a registry that is to be started on a port. */
  public static String url(int port) {
    return "http://127.0.0.1:" + port + API;
  }

  /** Ends it, and all that was registered. */
  @Override
  public void close() {
    process.kill();
  }

  private boolean isAnswering() throws IOException, InterruptedException {
    HttpRequest subjects =
        HttpRequest.newBuilder(URI.create(url() + "/subjects")).timeout(REQUEST_LIMIT).build();
    return http.send(subjects, BodyHandlers.discarding()).statusCode() == 200;
  }

  private static Path findRunnerJar() {
    Path folder = BuildOutput.schemaRegistry();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("No registry in " + folder));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "No registry: the build's pre-integration-test phase unpacks it", e);
    }
  }
}
