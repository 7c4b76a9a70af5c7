// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.report.Report;
import io.falconnect.benchmark.source.SourcePipeline;
import io.falconnect.benchmark.source.StatusFigures;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.cluster.process.Jdk;

/**
 * What the stored state costs: bytes in the offsets topic and CPU time for each event, with few and
 * many open watches, in one control partition and in several.
 */
final class StateScenario {
  private StateScenario() {}

  /**
   * The figures of one run.
   *
   * @param offsetBytes what was written to the offsets topic for each event, before replication
   */
  record StateFigures(
      String pipeline,
      int watches,
      int controlPartitions,
      double offsetBytes,
      double cpuMicros,
      double steadyCpuMicros,
      double latencyMedian,
      long wrong) {
    String format() {
      return "state       %-14s %5d watches in %d control partitions: %.0f bytes of offsets, %.1f us CPU (steady %.1f) an event, latency p50 %.1f ms, %d watches wrong"
          .formatted(
              pipeline,
              watches,
              controlPartitions,
              offsetBytes,
              cpuMicros,
              steadyCpuMicros,
              latencyMedian,
              wrong);
    }
  }

  static void play(BenchmarkSetup stage, Jdk jdk, Report report) {
    for (String mode : BenchmarkSettings.list("state.modes", "at-least-once,exactly-once")) {
      SourcePipeline connector = stage.startSource(jdk, mode.equals("exactly-once"));
      measure(stage, connector, 1_000, 1);
      for (String partitions : BenchmarkSettings.list("state.partitions", "1,8")) {
        for (String watches : BenchmarkSettings.list("state.watches", "1000,8000")) {
          StateFigures figures =
              measure(stage, connector, Integer.parseInt(watches), Integer.parseInt(partitions));
          report.addFigures("state", jdk, figures);
          report.addLine(figures.format());
        }
      }
      stage.closePipelines();
    }
  }

  private static StateFigures measure(
      BenchmarkSetup stage, SourcePipeline connector, int watches, int partitions) {
    StatusLoad load =
        StatusLoad.ofRate(
            watches,
            BenchmarkSettings.number("state.rate", 2_500),
            BenchmarkSettings.number("state.seconds", 40));
    long before = connector.measureOffsetsTopic();
    StatusFigures run = stage.measure(connector, stage.createRun(load, true, partitions));
    long written = connector.measureOffsetsTopic() - before;
    return new StateFigures(
        connector.name(),
        watches,
        partitions,
        (double) written / run.events(),
        run.cpuMicros(),
        run.steadyCpuMicros(),
        run.latencyMedian(),
        run.wrong());
  }
}
