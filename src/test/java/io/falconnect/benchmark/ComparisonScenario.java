// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.cluster.Jdk;
import java.util.ArrayList;
import java.util.List;

/**
 * The connector with both guarantees against a bare loop, by turns: how many events a second at
 * most, and how late events come at a tenth of that.
 */
final class ComparisonScenario {
  private static final int CONTROL_PARTITIONS = 8;
  private static final int TENTH = 10;

  private final Stage stage;
  private final Jdk jdk;
  private final Report report;
  private final BarePipeline bare;
  private final List<Pipeline> pipelines = new ArrayList<>();

  private ComparisonScenario(Stage stage, Jdk jdk, Report report) {
    this.stage = stage;
    this.jdk = jdk;
    this.report = report;
    this.bare = stage.bareLoop(jdk);
    pipelines.add(bare);
    pipelines.add(stage.connector(jdk, false));
    pipelines.add(stage.connector(jdk, true));
  }

  static void play(Stage stage, Jdk jdk, Report report, boolean throughput, boolean latency) {
    ComparisonScenario scenario = new ComparisonScenario(stage, jdk, report);
    if (throughput) {
      scenario.throughput();
    }
    if (latency) {
      scenario.latency();
    }
    stage.closePipelines();
  }

  private void throughput() {
    Shape shape =
        new Shape(
            Settings.number("streams", 1_000),
            Settings.number("events", 400),
            Settings.number("interval.ms", 1));
    rounds("throughput", shape, false, Settings.number("rounds", 5));
    for (int round = 0; round < Settings.number("drain.rounds", 3); round++) {
      double rate = bare.drain(stage.run(shape, false, CONTROL_PARTITIONS));
      report.simulatorLimit(jdk, rate);
    }
  }

  private void latency() {
    double saturated = report.medianRate(jdk, bare.name());
    int rate =
        Settings.number(
            "latency.rate", Double.isNaN(saturated) ? 3_000 : (int) (saturated / TENTH));
    Shape shape =
        Shape.ofRate(
            Settings.number("streams", 1_000), rate, Settings.number("latency.seconds", 20));
    rounds("latency", shape, true, Settings.number("latency.rounds", 3));
  }

  /** The first round only warms up. */
  private void rounds(String scenario, Shape shape, boolean raw, int rounds) {
    for (int round = 0; round <= rounds; round++) {
      for (Pipeline pipeline : pipelines) {
        RunFigures figures = stage.measure(pipeline, stage.run(shape, raw, CONTROL_PARTITIONS));
        report.measured(round == 0 ? scenario + " warm-up" : scenario, jdk, figures);
      }
    }
  }
}
