// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.report;

import io.falconnect.benchmark.measure.Samples;
import io.falconnect.benchmark.measure.WorkerMemory;
import io.falconnect.benchmark.realtime.RealtimeFigures;
import io.falconnect.cluster.process.Jdk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Collects the figures of realtime runs and compares the medians of the two pipelines. */
public final class RealtimeReport {
  private final Report report;
  private final Jdk jdk;
  private final List<RealtimeFigures> addRun = new ArrayList<>();

  public RealtimeReport(Report report, Jdk jdk) {
    this.report = report;
    this.jdk = jdk;
  }

  public void addRun(RealtimeFigures figures) {
    addRun.add(figures);
    report.addFigures(figures.scenario(), jdk, figures);
  }

  /** The median of a figure; NaN if there was no such run. */
  public double median(String scenario, String pipeline, ToDoubleFunction<RealtimeFigures> figure) {
    return samples(scenario, pipeline, figure).median();
  }

  public void addMemory(WorkerMemory memory) {
    report.addFigures("realtime memory", jdk, memory);
    report.addLine("realtime JDK %d %s".formatted(jdk.feature(), memory.format()));
  }

  /** Reports the rates of a scenario. */
  public void reportThroughput(String scenario, String bare, String sink) {
    reportPipeline(scenario, bare);
    reportPipeline(scenario, sink);
    double ratio =
        median(scenario, sink, RealtimeFigures::rate)
            / median(scenario, bare, RealtimeFigures::rate);
    report.addLine("%s: %.2f of the bare loop".formatted(scenario, ratio));
  }

  /** Reports the additional latency of the sink. */
  public void reportLatency(String scenario, String bare, String sink) {
    reportPipeline(scenario, bare);
    reportPipeline(scenario, sink);
    report.addLine(
        "%s: over the bare loop %+.1f ms at the median, %+.1f ms at p99"
            .formatted(
                scenario,
                difference(scenario, bare, sink, RealtimeFigures::latencyMedian),
                difference(scenario, bare, sink, RealtimeFigures::latencyP99)));
  }

  private double difference(
      String scenario, String bare, String sink, ToDoubleFunction<RealtimeFigures> figure) {
    return median(scenario, sink, figure) - median(scenario, bare, figure);
  }

  private void reportPipeline(String scenario, String pipeline) {
    report.addLine(
        "%s JDK %d %s: rate %s /s; CPU %s us/result; latency p50 %s p99 %s ms; wrong %s; others %s CPU"
            .formatted(
                scenario,
                jdk.feature(),
                pipeline,
                samples(scenario, pipeline, RealtimeFigures::rate).spread(1),
                samples(scenario, pipeline, RealtimeFigures::cpuMicros).spread(1),
                samples(scenario, pipeline, RealtimeFigures::latencyMedian).spread(1),
                samples(scenario, pipeline, RealtimeFigures::latencyP99).spread(1),
                samples(scenario, pipeline, RealtimeFigures::wrong).spread(0),
                samples(scenario, pipeline, RealtimeFigures::others).spread(2)));
  }

  private Samples samples(
      String scenario, String pipeline, ToDoubleFunction<RealtimeFigures> figure) {
    return Samples.of(
        addRun.stream()
            .filter(run -> run.scenario().equals(scenario) && run.pipeline().equals(pipeline))
            .mapToDouble(figure)
            .toArray());
  }
}
