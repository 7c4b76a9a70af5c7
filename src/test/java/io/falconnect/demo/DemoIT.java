// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.falconnect.cluster.BuildOutput;
import io.falconnect.cluster.JavaProcess;
import io.falconnect.cluster.Jdks;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.io.IOException;
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

/** The demo, run as whoever types its command runs it, its output in a pipe. */
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
  void requestsToTheSimulatorAreShownToTheirEnd() {
    JavaProcess demo = demo("", List.of());
    int exitCode = demo.awaitExit(LIMIT);
    assertThat(demo.output())
        .contains("8 requests: 1 FAILED, 7 SUCCEEDED.", "8 results.")
        .containsPattern("fal-ai/whisper +IN_PROGRESS +Fetching the audio")
        .containsPattern("fal-ai/whisper +COMPLETED +FAILED +The audio could not be downloaded")
        .containsPattern("fal-ai/kling-video +COMPLETED +SUCCEEDED +Rendering: done")
        .doesNotContain("\u001b");
    assertThat(exitCode).isZero();
  }

  @Test
  void theKeyForTheRealFalIsSentAndNeverShown() throws IOException {
    String key = "a-key:that-is-secret";
    SimulatorConfig config = SimulatorConfig.builder().apiKey(key).build();
    try (FalSimulator fal = FalSimulator.start(config)) {
      JavaProcess demo =
          demo(key, List.of("-Ddemo.fal=real", "-Ddemo.queue.url=" + fal.queueUrl()));
      int exitCode = demo.awaitExit(LIMIT);
      assertThat(demo.output()).contains("1 request: 1 SUCCEEDED.", "1 results.");
      assertThat(exitCode).isZero();
      assertThat(fal.submitted()).hasSize(1);
      assertThat(fal.unauthorized()).isZero();

      Matcher log = LOG.matcher(demo.output());
      assertThat(log.find()).isTrue();
      assertThat(demo.output() + Files.readString(Path.of(log.group(1)))).doesNotContain(key);
    }
  }

  @Test
  void theRealFalIsNotTriedWithoutAKey() {
    JavaProcess demo = demo("", List.of("-Ddemo.fal=real"));
    assertThat(demo.awaitExit(LIMIT)).isEqualTo(1);
    assertThat(demo.output()).contains("set the environment variable FAL_KEY");
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
