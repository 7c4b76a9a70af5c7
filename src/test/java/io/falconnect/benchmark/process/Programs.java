// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts programs of this project as processes. */
public final class Programs {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A simulator and its URLs. */
  public record Simulator(JavaProcess process, String queueUrl, String runUrl) {}

  private Programs() {}

  /** Starts a simulator where every unknown request has a number of states of equal length. */
  public static Simulator startQueueSimulator(int events, int intervalMillis, Jdk jdk) {
    return startSimulator(
        jdk, List.of("--events", "" + events, "--interval-ms", "" + intervalMillis, "--adopt"));
  }

  /** Starts a simulator whose realtime apps work on each input for a fixed time, and buffer all. */
  public static Simulator startRealtimeSimulator(int workMillis, Jdk jdk) {
    return startSimulator(
        jdk, List.of("--realtime-work-ms", "" + workMillis, "--realtime-buffer", "60"));
  }

  private static Simulator startSimulator(Jdk jdk, List<String> args) {
    JavaProcess process =
        start(
            "simulator",
            jdk,
            List.of("-Xms512m", "-Xmx3g"),
            "io.falconnect.simulator.SimulatorMain",
            args);
    JsonNode urls =
        Waits.until(
            "the simulator's URLs", START_LIMIT, () -> readUrls(process), process::outputTail);
    return new Simulator(process, urls.path("queue").asText(), urls.path("run").asText());
  }

  /** Starts a program with the classes of this project and of everything that it depends on. */
  public static JavaProcess start(
      String name, Jdk jdk, List<String> jvmArgs, String mainClass, List<String> args) {
    Path folder = BuildOutput.newFolder(name);
    Path target = Path.of("target").toAbsolutePath();
    String classPath =
        String.join(
            java.io.File.pathSeparator,
            target.resolve("test-classes").toString(),
            target.resolve("classes").toString(),
            BuildOutput.toolsClassPath());
    return JavaProcess.start(
        new JavaProcess.Command(
            name,
            jdk,
            jvmArgs,
            classPath,
            mainClass,
            args,
            Map.of(),
            folder.resolve(name + ".log")));
  }

  private static Optional<JsonNode> readUrls(JavaProcess process) throws Exception {
    process.requireAlive();
    for (String line : process.output().lines().toList()) {
      if (line.startsWith("{") && line.endsWith("}")) {
        return Optional.of(JSON.readTree(line));
      }
    }
    return Optional.empty();
  }
}
