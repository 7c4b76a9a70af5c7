// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.cluster.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs the benchmark: {@code ./mvnw -Pbenchmark}. */
public final class BenchmarkMain {
  private BenchmarkMain() {}

  /** Takes no arguments: see {@link Settings}. */
  public static void main(String[] args) throws IOException {
    List<String> scenarios = Settings.scenarios();
    Report report = new Report();
    try (Stage stage = Stage.open()) {
      for (Jdk jdk : Settings.jdks()) {
        System.out.println("Workers and bare loops on JDK " + jdk.feature());
        if (scenarios.contains("scale")) {
          ScaleScenario.play(stage, jdk, report);
        }
        boolean throughput = scenarios.contains("throughput");
        boolean latency = scenarios.contains("latency");
        if (throughput || latency) {
          ComparisonScenario.play(stage, jdk, report, throughput, latency);
        }
        if (scenarios.contains("realtime")) {
          RealtimeScenario.play(stage, jdk, report);
        }
        if (scenarios.contains("stop")) {
          StopScenario.play(stage, jdk, report);
        }
      }
    } finally {
      System.out.println(report.tables());
      System.out.println("All figures: " + report.write(Path.of("target", "benchmark")));
    }
  }
}
