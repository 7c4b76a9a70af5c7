// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.measure.ProcessorUse;
import io.falconnect.benchmark.measure.Samples;
import io.falconnect.benchmark.measure.WorkerMemory;
import io.falconnect.cluster.client.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries realtime runs through pipelines and measures them.
 *
 * @param bootstrap the broker
 * @param topics its topics
 */
public record RealtimeRunner(String bootstrap, Topics topics) {

  /** The steps of a run between its beginning and its end. */
  private interface Course {
    void run(RealtimeMeter meter);
  }

  /** Measures how fast a run is, or how late where its inputs come at a rate. */
  public RealtimeFigures measure(String scenario, RealtimePipeline pipeline, RealtimeRun run) {
    RealtimeMeter.Mark[] part = new RealtimeMeter.Mark[2];
    ProcessorUse[] processors = new ProcessorUse[2];
    RealtimeTally tally =
        carryRun(
            pipeline,
            run,
            meter -> {
              processors[0] = ProcessorUse.measure();
              int inputs = run.load().inputs();
              meter.sendUpTo(run.load().ratePerSecond() > 0 ? 0 : inputs);
              meter.readUntil(inputs / 5);
              meter.tally().forgetLatencies();
              part[0] = meter.takeMark();
              meter.readUntil(inputs / 5 * 4);
              part[1] = meter.takeMark();
              meter.readUntil(inputs);
              processors[1] = ProcessorUse.measure();
            });
    RealtimeFigures figures =
        createFigures(scenario, pipeline.name(), run.load(), tally, part, processors);
    System.out.println(figures.format());
    return figures;
  }

  private static RealtimeFigures createFigures(
      String scenario,
      String pipeline,
      RealtimeLoad load,
      RealtimeTally tally,
      RealtimeMeter.Mark[] part,
      ProcessorUse[] processors) {
    Samples latencies = load.ratePerSecond() > 0 ? tally.latencies() : new Samples();
    return new RealtimeFigures(
        scenario,
        pipeline,
        load,
        tally.wrongCount(),
        part[0].rateTo(part[1]),
        part[0].cpuMicrosTo(part[1]),
        latencies.median(),
        latencies.quantile(0.99),
        latencies.max(),
        processors[0].othersSince(processors[1]));
  }

  /** Measures a pipeline's memory each time that a number of inputs have results. */
  public List<WorkerMemory> measureMemory(
      RealtimePipeline pipeline, RealtimeRun run, List<Integer> marks) {
    List<WorkerMemory> memory = new ArrayList<>();
    RealtimeTally tally =
        carryRun(
            pipeline,
            run,
            meter ->
                marks.forEach(
                    inputs -> {
                      meter.sendUpTo(inputs);
                      meter.readUntil(inputs);
                      memory.add(WorkerMemory.measure(pipeline.process(), inputs));
                      System.out.println(memory.get(memory.size() - 1).format());
                    }));
    if (tally.wrongCount() > 0) {
      throw new IllegalStateException(tally.wrongCount() + " inputs wrong in " + run);
    }
    return memory;
  }

  private RealtimeTally carryRun(RealtimePipeline pipeline, RealtimeRun run, Course course) {
    topics.create(run.inputTopic(), RealtimeRun.PARTITIONS);
    topics.create(run.resultTopic(), RealtimeRun.PARTITIONS);
    ProcessorUse.awaitQuiet(Duration.ofSeconds(BenchmarkSettings.number("quiet.seconds", 0)));
    try (RealtimeMeter meter = new RealtimeMeter(bootstrap, run, pipeline.process())) {
      pipeline.begin(run);
      course.run(meter);
      pipeline.end(run);
      meter.readToEnd();
      return meter.tally();
    } finally {
      topics.delete(run.inputTopic());
      topics.delete(run.resultTopic());
    }
  }
}
