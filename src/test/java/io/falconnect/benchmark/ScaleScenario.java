// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.report.Report;
import io.falconnect.benchmark.source.StatusFigures;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.benchmark.source.StatusPipeline;
import io.falconnect.cluster.process.Jdk;

/** Ten times as many streams at the same rate: memory, completeness and CPU time per event. */
final class ScaleScenario {
  private static final int CONTROL_PARTITIONS = 8;

  private ScaleScenario() {}

  static void play(BenchmarkSetup stage, Jdk jdk, Report report) {
    int rate = BenchmarkSettings.number("scale.rate", 4_000);
    int seconds = BenchmarkSettings.number("scale.seconds", 50);
    StatusLoad few =
        StatusLoad.ofRate(BenchmarkSettings.number("scale.base", 1_000), rate, seconds);
    StatusLoad many =
        StatusLoad.ofRate(BenchmarkSettings.number("scale.streams", 10_000), rate, seconds);
    for (String mode : BenchmarkSettings.list("scale.modes", "at-least-once,exactly-once")) {
      StatusPipeline connector = stage.startSource(jdk, mode.equals("exactly-once"));
      report.addRun("scale warm-up", jdk, measure(stage, connector, few));
      for (int round = 0; round < BenchmarkSettings.number("scale.rounds", 2); round++) {
        report.addRun("scale", jdk, measure(stage, connector, few));
        report.addRun("scale", jdk, measure(stage, connector, many));
      }
      stage.closePipelines();
    }
  }

  private static StatusFigures measure(
      BenchmarkSetup stage, StatusPipeline connector, StatusLoad shape) {
    return stage.measure(connector, stage.createRun(shape, false, CONTROL_PARTITIONS));
  }
}
