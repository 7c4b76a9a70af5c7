// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.bare.BareStatusPipeline;
import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.report.Report;
import io.falconnect.benchmark.source.StatusFigures;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.benchmark.source.StatusPipeline;
import io.falconnect.cluster.process.Jdk;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the connector, with both guarantees, to a bare loop, in turns: the highest rate of
 * events, and the latency of events at a tenth of that rate.
 */
final class ComparisonScenario {
  private static final int CONTROL_PARTITIONS = 8;
  private static final int TENTH = 10;

  private final BenchmarkSetup stage;
  private final Jdk jdk;
  private final Report report;
  private final BareStatusPipeline bare;
  private final List<StatusPipeline> pipelines = new ArrayList<>();

  private ComparisonScenario(BenchmarkSetup stage, Jdk jdk, Report report) {
    this.stage = stage;
    this.jdk = jdk;
    this.report = report;
    this.bare = stage.startBareStatus(jdk);
    pipelines.add(bare);
    pipelines.add(stage.startSource(jdk, false));
    pipelines.add(stage.startSource(jdk, true));
  }

  static void play(
      BenchmarkSetup stage, Jdk jdk, Report report, boolean throughput, boolean latency) {
    ComparisonScenario scenario = new ComparisonScenario(stage, jdk, report);
    if (throughput) {
      scenario.compareThroughput();
    }
    if (latency) {
      scenario.compareLatency();
    }
    stage.closePipelines();
  }

  private void compareThroughput() {
    StatusLoad shape =
        new StatusLoad(
            BenchmarkSettings.number("streams", 1_000),
            BenchmarkSettings.number("events", 400),
            BenchmarkSettings.number("interval.ms", 1));
    playRounds("throughput", shape, false, BenchmarkSettings.number("rounds", 5));
    for (int round = 0; round < BenchmarkSettings.number("drain.rounds", 3); round++) {
      double rate = bare.measureReading(stage.createRun(shape, false, CONTROL_PARTITIONS));
      report.addSimulatorLimit(jdk, rate);
    }
  }

  private void compareLatency() {
    double saturated = report.medianRate(jdk, bare.name());
    int rate =
        BenchmarkSettings.number(
            "latency.rate", Double.isNaN(saturated) ? 3_000 : (int) (saturated / TENTH));
    StatusLoad shape =
        StatusLoad.ofRate(
            BenchmarkSettings.number("streams", 1_000),
            rate,
            BenchmarkSettings.number("latency.seconds", 20));
    playRounds("latency", shape, true, BenchmarkSettings.number("latency.rounds", 3));
  }

  /** The first round only warms up. */
  private void playRounds(String scenario, StatusLoad shape, boolean raw, int rounds) {
    for (int round = 0; round <= rounds; round++) {
      for (StatusPipeline pipeline : pipelines) {
        StatusFigures figures =
            stage.measure(pipeline, stage.createRun(shape, raw, CONTROL_PARTITIONS));
        report.addRun(round == 0 ? scenario + " warm-up" : scenario, jdk, figures);
      }
    }
  }
}
