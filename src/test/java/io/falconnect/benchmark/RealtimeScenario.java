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
 * The realtime sink against a bare loop, by turns: how many inputs a second, and how much later
 * results come; and what the worker's memory is after many inputs.
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
    this.runner = stage.realtimeRunner();
    this.report = new RealtimeReport(report, jdk);
  }

  static void play(BenchmarkSetup stage, Jdk jdk, Report report) {
    List<String> parts = BenchmarkSettings.list("realtime.parts", "throughput,latency,memory");
    RealtimeScenario scenario = new RealtimeScenario(stage, jdk, report);
    boolean throughput = parts.contains("throughput");
    boolean latency = parts.contains("latency");
    if (throughput || latency) {
      scenario.compare(throughput, latency);
      stage.closePipelines();
    }
    if (parts.contains("memory")) {
      scenario.memory();
      stage.closePipelines();
    }
  }

  private void compare(boolean throughput, boolean latency) {
    RealtimePipeline bare = stage.bareRealtime(jdk);
    RealtimePipeline sink = stage.realtimeSink(jdk);
    if (throughput) {
      throughput(bare, sink);
    }
    if (latency) {
      latency(bare, sink);
    }
  }

  private void throughput(RealtimePipeline bare, RealtimePipeline sink) {
    int rounds = BenchmarkSettings.number("realtime.rounds", 5);
    int worked = BenchmarkSettings.number("realtime.work.inputs", 1_000);
    RealtimeLoad working = new RealtimeLoad(worked, RealtimeLoad.USUAL_WINDOW, workMillis, 0);
    rounds(working(), working, rounds, bare, sink);
    report.throughput(working(), bare.name(), sink.name());
    int inputs = BenchmarkSettings.number("realtime.inputs", 100_000);
    String scenario = "realtime throughput, window " + LARGE_WINDOW;
    rounds(scenario, new RealtimeLoad(inputs, LARGE_WINDOW, 0, 0), rounds, bare, sink);
    report.throughput(scenario, bare.name(), sink.name());
  }

  private String working() {
    return "realtime throughput, window " + RealtimeLoad.USUAL_WINDOW;
  }

  private void latency(RealtimePipeline bare, RealtimePipeline sink) {
    double saturated = report.median(working(), bare.name(), RealtimeFigures::rate);
    double most = Double.isNaN(saturated) ? 1_000.0 / Math.max(1, workMillis) : saturated;
    int rate = BenchmarkSettings.number("realtime.latency.rate", (int) Math.max(1, most / 2));
    int inputs = rate * BenchmarkSettings.number("realtime.latency.seconds", 40);
    RealtimeLoad load = new RealtimeLoad(inputs, RealtimeLoad.USUAL_WINDOW, workMillis, rate);
    int rounds = BenchmarkSettings.number("realtime.latency.rounds", 3);
    rounds("realtime latency", load, rounds, bare, sink);
    report.latency("realtime latency", bare.name(), sink.name());
  }

  /** The first round only warms up. */
  private void rounds(String scenario, RealtimeLoad load, int rounds, RealtimePipeline... turns) {
    for (int round = 0; round <= rounds; round++) {
      String name = round == 0 ? scenario + " warm-up" : scenario;
      for (RealtimePipeline pipeline : turns) {
        report.measured(runner.measure(name, pipeline, stage.realtimeRun(load)));
      }
    }
  }

  private void memory() {
    int inputs = BenchmarkSettings.number("realtime.memory.inputs", 200_000);
    RealtimeLoad load = new RealtimeLoad(inputs, LARGE_WINDOW, 0, 0);
    List<Integer> marks = List.of(inputs / TENTH, inputs);
    runner.memory(stage.realtimeSink(jdk), stage.realtimeRun(load), marks).forEach(report::memory);
  }
}
