// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.report.Report;
import io.falconnect.cluster.process.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs the benchmark: {@code ./mvnw -Pbenchmark}. */
public final class BenchmarkMain {
  private BenchmarkMain() {}

  /** Takes no arguments: see {@link BenchmarkSettings}. */
  public static void main(String[] args) throws IOException {
    List<String> scenarios = BenchmarkSettings.scenarios();
    Report report = new Report();
    try (BenchmarkSetup stage = BenchmarkSetup.open()) {
      for (Jdk jdk : BenchmarkSettings.jdks()) {
        System.out.println("Workers and bare loops on JDK " + jdk.feature());
        if (scenarios.contains("scale")) {
          ScaleScenario.play(stage, jdk, report);
        }
        if (scenarios.contains("state")) {
          StateScenario.play(stage, jdk, report);
        }
        if (scenarios.contains("lives")) {
          LivesScenario.play(stage, jdk, report);
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
      System.out.println(report.format());
      System.out.println("All figures: " + report.write(Path.of("target", "benchmark")));
    }
  }
}
