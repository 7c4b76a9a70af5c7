// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.simulator.realtime.RealtimeApp;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** fal's official JavaScript client takes the simulator for fal. */
class OfficialClientIT {
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path WORK = Path.of("target", "official-client");
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "client-check.mjs");
  private static final Duration INSTALL = Duration.ofMinutes(5);
  private static final Duration CHECK = Duration.ofMinutes(3);
  private static final String KEY = "test-key";

  @Test
  void theOfficialClientGetsWhatItExpects() throws Exception {
    assumeTrue(installed("node") && installed("npm"), "node and npm are not installed");
    copySources();
    assertThat(run(INSTALL, Map.of(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"))
        .as("npm ci")
        .isZero();
    try (FalSimulator simulator =
        FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build())) {
      prepare(simulator);
      Map<String, String> environment =
          Map.of(
              "FAL_SIMULATOR_KEY", KEY,
              "FAL_SIMULATOR_QUEUE_URL", simulator.queueUrl(),
              "FAL_SIMULATOR_RUN_URL", simulator.runUrl(),
              "FAL_SIMULATOR_REST_URL", simulator.restUrl());
      assertThat(run(CHECK, environment, "node", "client-check.mjs")).as("the check").isZero();
      assertThat(simulator.unauthorizedCount()).isZero();
    }
  }

  private static void prepare(FalSimulator simulator) {
    simulator.setScript("fal-ai/slow", Script.lasting(Duration.ofHours(1)));
    simulator.setScript(
        "fal-ai/failing",
        Script.builder()
            .failed("no face found", "bad_request", 422)
            .result(422, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"no\",\"type\":\"value\"}]}")
            .build());
    simulator.attachFault("fal-ai/flaky", Surface.SUBMIT, Fault.UNAVAILABLE, 2);
    simulator.attachFault("fal-ai/refusing", Surface.HTTP_STREAM, Fault.UNPROCESSABLE, 1);
    simulator.registerRealtimeApp(
        "fal-ai/fast-sdxl",
        RealtimeApp.builder().binaryOnly(true).images(true).timings(true).build());
  }

  private static void copySources() throws IOException {
    Files.createDirectories(WORK);
    for (String file : FILES) {
      Files.copy(SOURCES.resolve(file), WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static int run(Duration patience, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(WORK, command[0], ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(WORK.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    System.out.println(Files.readString(output));
    assertThat(ended).as(String.join(" ", command) + " ends in time").isTrue();
    return process.exitValue();
  }

  private static boolean installed(String program) {
    return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
