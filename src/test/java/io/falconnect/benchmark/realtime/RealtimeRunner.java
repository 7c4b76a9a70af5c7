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

  /** What is done with a run, between its beginning and its end. */
  private interface Course {
    void run(RealtimeMeter meter);
  }

  /** Measures how fast a run is, or how late where its inputs come at a rate. */
  public RealtimeFigures measure(String scenario, RealtimePipeline pipeline, RealtimeRun run) {
    RealtimeMeter.Mark[] part = new RealtimeMeter.Mark[2];
    ProcessorUse[] processors = new ProcessorUse[2];
    RealtimeTally tally =
        carry(
            pipeline,
            run,
            meter -> {
              processors[0] = ProcessorUse.now();
              int inputs = run.load().inputs();
              meter.send(run.load().ratePerSecond() > 0 ? 0 : inputs);
              meter.until(inputs / 5);
              meter.tally().forgetLatencies();
              part[0] = meter.mark();
              meter.until(inputs / 5 * 4);
              part[1] = meter.mark();
              meter.until(inputs);
              processors[1] = ProcessorUse.now();
            });
    RealtimeFigures figures =
        figures(scenario, pipeline.name(), run.load(), tally, part, processors);
    System.out.println(figures.line());
    return figures;
  }

  private static RealtimeFigures figures(
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
        tally.wrong(),
        part[0].rateTo(part[1]),
        part[0].cpuMicrosTo(part[1]),
        latencies.median(),
        latencies.quantile(0.99),
        latencies.max(),
        processors[0].othersUntil(processors[1]));
  }

  /** Looks at a pipeline's memory each time that so many inputs have their results. */
  public List<WorkerMemory> memory(
      RealtimePipeline pipeline, RealtimeRun run, List<Integer> marks) {
    List<WorkerMemory> memory = new ArrayList<>();
    RealtimeTally tally =
        carry(
            pipeline,
            run,
            meter ->
                marks.forEach(
                    inputs -> {
                      meter.send(inputs);
                      meter.until(inputs);
                      memory.add(WorkerMemory.of(pipeline.process(), inputs));
                      System.out.println(memory.get(memory.size() - 1).line());
                    }));
    if (tally.wrong() > 0) {
      throw new IllegalStateException(tally.wrong() + " inputs wrong in " + run);
    }
    return memory;
  }

  private RealtimeTally carry(RealtimePipeline pipeline, RealtimeRun run, Course course) {
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
