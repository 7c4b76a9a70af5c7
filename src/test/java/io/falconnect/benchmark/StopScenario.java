// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.measure.Samples;
import io.falconnect.benchmark.process.WorkerLog;
import io.falconnect.benchmark.report.Report;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.benchmark.source.StatusPipeline;
import io.falconnect.benchmark.source.StatusRun;
import io.falconnect.cluster.process.Jdk;

/** How long a task takes to stop with many open streams, read from its log. */
final class StopScenario {
  private static final int CONTROL_PARTITIONS = 8;

  /** Hours, at the interval: no request completes while it is watched. */
  private static final int EVENTS = 10_000;

  private StopScenario() {}

  static void play(BenchmarkSetup stage, Jdk jdk, Report report) {
    int streams = BenchmarkSettings.number("stop.streams", 10_000);
    StatusLoad endless =
        new StatusLoad(streams, EVENTS, BenchmarkSettings.number("stop.interval.ms", 10_000));
    StatusPipeline connector = stage.startSource(jdk, false);
    Samples millis = new Samples();
    for (int round = 0; round < BenchmarkSettings.number("stop.rounds", 3); round++) {
      WorkerLog.Stop stop =
          measureStop(stage, connector, stage.createRun(endless, false, CONTROL_PARTITIONS));
      System.out.println("stop with " + stop.held() + " streams open: " + stop.millis() + " ms");
      report.addFigures("stop", jdk, stop);
      millis.add(stop.millis());
    }
    stage.closePipelines();
    report.addLine(
        "stop JDK %d with %d streams open: %s ms"
            .formatted(jdk.feature(), streams, millis.spread(0)));
  }

  private static WorkerLog.Stop measureStop(
      BenchmarkSetup stage, StatusPipeline connector, StatusRun run) {
    stage.awaitAllBegun(connector, run);
    WorkerLog log = new WorkerLog(connector.process());
    connector.end(run);
    return log.awaitStop();
  }
}
