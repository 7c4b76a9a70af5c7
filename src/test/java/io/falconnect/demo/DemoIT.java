// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs the demo as a process, with its output in a pipe. */
class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Pattern LOG = Pattern.compile("The worker's log: (\\S+)");

  @BeforeAll
  static void once() {
    assumeFalse(
        "newest".equals(System.getProperty("worker.jdk")),
        "The demo's worker runs on the JDK that runs the demo");
  }

  @Test
  void promptsAndRealtimeInputsToTheSimulatorAreShownToTheirEnd() {
    JavaProcess demo = demo("", List.of());
    int exitCode = demo.awaitExit(LIMIT);
    assertThat(demo.output())
        .contains("Prompts: 8, submitted: 8, outcomes: 1 FAILED, 7 SUCCEEDED, results: 8.")
        .containsPattern("storm +\\w{8} +submitted")
        .containsPattern("\\w+ +\\w{8} +IN_QUEUE +\\d")
        .containsPattern("storm +\\w{8} +COMPLETED +SUCCEEDED +HTTP 200 +Image saved")
        .containsPattern("flood +\\w{8} +COMPLETED +FAILED +HTTP 422 +The image is larger than")
        .containsPattern("lantern +0 +\\d+ ms +\\{")
        .contains("Inputs: 6, results: 6, latency")
        .doesNotContain("\u001b");
    assertThat(exitCode).isZero();
  }

  @Test
  void theKeyForTheRealFalIsSentAndNeverShown() {
    String key = "a-key:that-is-secret";
    SimulatorConfig config = SimulatorConfig.builder().apiKey(key).build();
    try (FalSimulator fal = FalSimulator.start(config)) {
      fal.realtimeApp("me/sketch");
      JavaProcess demo = demo(key, real(fal, "-Ddemo.realtime.endpoint=me/sketch"));
      int exitCode = demo.awaitExit(LIMIT);
      assertThat(demo.output())
          .contains("Prompts: 1, submitted: 1, outcomes: 1 SUCCEEDED, results: 1.")
          .contains("Inputs: 3, results: 3, latency");
      assertThat(exitCode).isZero();
      assertThat(fal.submittedIds()).hasSize(1);
      assertNowhere(key, demo);
    }
  }

  @Test
  void aKeyThatFalDoesNotTakeFailsTheDemoAndIsNotShown() {
    String key = "a-key:that-is-not-right";
    try (FalSimulator fal =
        FalSimulator.start(SimulatorConfig.builder().apiKey("other:key").build())) {
      JavaProcess demo = demo(key, real(fal, "-Ddemo.limit.s=30"));
      assertThat(demo.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(demo.output()).contains("Connector fal-queue-sink failed", "HTTP 401");
      assertNowhere(key, demo);
    }
  }

  @Test
  void theRealFalIsNotTriedWithoutAKey() {
    JavaProcess demo = demo("", List.of("-Ddemo.fal=real"));
    assertThat(demo.awaitExit(LIMIT)).isEqualTo(1);
    assertThat(demo.output()).contains("set the environment variable FAL_KEY");
  }

  private static List<String> real(FalSimulator fal, String more) {
    return List.of(
        "-Ddemo.fal=real",
        "-Ddemo.queue.url=" + fal.queueUrl(),
        "-Ddemo.run.url=" + fal.runUrl(),
        "-Ddemo.rest.url=" + fal.restUrl(),
        more);
  }

  /** The key is neither in the output nor in any file of the worker. */
  private static void assertNowhere(String key, JavaProcess demo) {
    assertThat(demo.output()).doesNotContain(key);
    Matcher log = LOG.matcher(demo.output());
    assertThat(log.find()).isTrue();
    try (Stream<Path> files = Files.walk(Path.of(log.group(1)).getParent())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text.contains(key)).as("the key is in " + file).isFalse();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaProcess demo(String key, List<String> properties) {
    List<String> jvmArgs = new ArrayList<>(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    Stream.of("component.archive", "kafka.classpath.file", "tools.classpath.file")
        .filter(name -> Objects.nonNull(System.getProperty(name)))
        .forEach(name -> jvmArgs.add("-D" + name + "=" + System.getProperty(name)));
    jvmArgs.addAll(properties);
    return JavaProcess.start(
        new JavaProcess.Command(
            "demo",
            Jdks.current(),
            jvmArgs,
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Demo.class.getName(),
            List.of(),
            Map.of("FAL_KEY", key),
            BuildOutput.newFolder("demo").resolve("demo.log")));
  }
}
