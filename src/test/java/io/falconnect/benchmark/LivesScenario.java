// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.report.Report;
import io.falconnect.benchmark.source.StatusFigures;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.benchmark.source.StatusPipeline;
import io.falconnect.cluster.process.Jdk;
import java.util.List;

/**
 * Compares the connector, with both guarantees, to a bare loop on whole short lives: each request
 * has a few events, and in half of the runs a result that is fetched as well.
 */
final class LivesScenario {
  private static final int CONTROL_PARTITIONS = 8;

  private LivesScenario() {}

  static void play(BenchmarkSetup stage, Jdk jdk, Report report) {
    StatusLoad load =
        new StatusLoad(
            BenchmarkSettings.number("lives.requests", 10_000),
            BenchmarkSettings.number("lives.events", 3),
            1);
    List<StatusPipeline> pipelines =
        List.of(
            stage.startBareStatus(jdk),
            stage.startSource(jdk, false),
            stage.startSource(jdk, true));
    // The first round only warms up.
    for (int round = 0; round <= BenchmarkSettings.number("lives.rounds", 3); round++) {
      String warmUp = round == 0 ? " warm-up" : "";
      for (boolean results : List.of(false, true)) {
        String scenario = (results ? "lives+result" : "lives") + warmUp;
        for (StatusPipeline pipeline : pipelines) {
          StatusFigures figures =
              stage.measure(pipeline, stage.createRun(load, false, results, CONTROL_PARTITIONS));
          report.addRun(scenario, jdk, figures);
        }
      }
    }
    stage.closePipelines();
  }
}
