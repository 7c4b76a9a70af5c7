// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.realtime.RealtimeFigures;
import io.falconnect.benchmark.realtime.RealtimeLoad;
import io.falconnect.benchmark.realtime.RealtimePipeline;
import io.falconnect.benchmark.realtime.RealtimeRunner;
import io.falconnect.benchmark.report.RealtimeReport;
import io.falconnect.benchmark.report.Report;
import io.falconnect.cluster.process.Jdk;
import java.util.List;

/**
 * Compares the realtime sink to a bare loop, in turns: the rate of inputs and the latency of
 * results; also measures the worker's memory after many inputs.
 */
final class RealtimeScenario {
  private static final int LARGE_WINDOW = 60;
  private static final int TENTH = 10;

  private final BenchmarkSetup stage;
  private final Jdk jdk;
  private final RealtimeRunner runner;
  private final RealtimeReport report;
  private final int workMillis = BenchmarkSettings.number("realtime.work.ms", 20);

  private RealtimeScenario(BenchmarkSetup stage, Jdk jdk, Report report) {
    this.stage = stage;
    this.jdk = jdk;
    this.runner = stage.createRealtimeRunner();
    this.report = new RealtimeReport(report, jdk);
  }

  static void play(BenchmarkSetup stage, Jdk jdk, Report report) {
    List<String> parts = BenchmarkSettings.list("realtime.parts", "throughput,latency,memory");
    RealtimeScenario scenario = new RealtimeScenario(stage, jdk, report);
    boolean throughput = parts.contains("throughput");
    boolean latency = parts.contains("latency");
    if (throughput || latency) {
      scenario.comparePipelines(throughput, latency);
      stage.closePipelines();
    }
    if (parts.contains("memory")) {
      scenario.measureMemory();
      stage.closePipelines();
    }
  }

  private void comparePipelines(boolean throughput, boolean latency) {
    RealtimePipeline bare = stage.startBareRealtime(jdk);
    RealtimePipeline sink = stage.startRealtimeSink(jdk);
    if (throughput) {
      compareThroughput(bare, sink);
    }
    if (latency) {
      compareLatency(bare, sink);
    }
  }

  private void compareThroughput(RealtimePipeline bare, RealtimePipeline sink) {
    int rounds = BenchmarkSettings.number("realtime.rounds", 5);
    int worked = BenchmarkSettings.number("realtime.work.inputs", 1_000);
    RealtimeLoad working = new RealtimeLoad(worked, RealtimeLoad.USUAL_WINDOW, workMillis, 0);
    playRounds(usualWindow(), working, rounds, bare, sink);
    report.reportThroughput(usualWindow(), bare.name(), sink.name());
    int inputs = BenchmarkSettings.number("realtime.inputs", 100_000);
    String scenario = "realtime throughput, window " + LARGE_WINDOW;
    playRounds(scenario, new RealtimeLoad(inputs, LARGE_WINDOW, 0, 0), rounds, bare, sink);
    report.reportThroughput(scenario, bare.name(), sink.name());
  }

  private String usualWindow() {
    return "realtime throughput, window " + RealtimeLoad.USUAL_WINDOW;
  }

  private void compareLatency(RealtimePipeline bare, RealtimePipeline sink) {
    double saturated = report.median(usualWindow(), bare.name(), RealtimeFigures::rate);
    double most = Double.isNaN(saturated) ? 1_000.0 / Math.max(1, workMillis) : saturated;
    int rate = BenchmarkSettings.number("realtime.latency.rate", (int) Math.max(1, most / 2));
    int inputs = rate * BenchmarkSettings.number("realtime.latency.seconds", 40);
    RealtimeLoad load = new RealtimeLoad(inputs, RealtimeLoad.USUAL_WINDOW, workMillis, rate);
    int rounds = BenchmarkSettings.number("realtime.latency.rounds", 3);
    playRounds("realtime latency", load, rounds, bare, sink);
    report.reportLatency("realtime latency", bare.name(), sink.name());
  }

  /** The first round only warms up. */
  private void playRounds(
      String scenario, RealtimeLoad load, int rounds, RealtimePipeline... turns) {
    for (int round = 0; round <= rounds; round++) {
      String name = round == 0 ? scenario + " warm-up" : scenario;
      for (RealtimePipeline pipeline : turns) {
        report.addRun(runner.measure(name, pipeline, stage.createRealtimeRun(load)));
      }
    }
  }

  private void measureMemory() {
    int inputs = BenchmarkSettings.number("realtime.memory.inputs", 200_000);
    RealtimeLoad load = new RealtimeLoad(inputs, LARGE_WINDOW, 0, 0);
    List<Integer> marks = List.of(inputs / TENTH, inputs);
    runner
        .measureMemory(stage.startRealtimeSink(jdk), stage.createRealtimeRun(load), marks)
        .forEach(report::addMemory);
  }
}
