// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.benchmark.bare.BareLoop;
import io.falconnect.benchmark.bare.BareRealtimePipeline;
import io.falconnect.benchmark.bare.BareStatusPipeline;
import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.measure.ProcessorUse;
import io.falconnect.benchmark.process.MeasuredProgram;
import io.falconnect.benchmark.process.Programs;
import io.falconnect.benchmark.realtime.RealtimeLoad;
import io.falconnect.benchmark.realtime.RealtimePipeline;
import io.falconnect.benchmark.realtime.RealtimeRun;
import io.falconnect.benchmark.realtime.RealtimeRunner;
import io.falconnect.benchmark.realtime.RealtimeSinkPipeline;
import io.falconnect.benchmark.source.SourcePipeline;
import io.falconnect.benchmark.source.StatusFigures;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.benchmark.source.StatusMeter;
import io.falconnect.benchmark.source.StatusPipeline;
import io.falconnect.benchmark.source.StatusRun;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.client.Topics;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Jdks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The broker, the simulators, and the pipelines between them; ends all of them. */
final class BenchmarkSetup implements AutoCloseable {
  private static final int STATUS_PARTITIONS = 3;
  private static final Duration RUN_LIMIT = Duration.ofMinutes(6);

  private final KafkaBroker broker;
  private final Topics topics;
  private final Map<StatusLoad, Programs.Simulator> simulators = new HashMap<>();
  private final Map<Integer, Programs.Simulator> apps = new HashMap<>();
  private final List<MeasuredProgram> pipelines = new ArrayList<>();

  private BenchmarkSetup(KafkaBroker broker) {
    this.broker = broker;
    this.topics = new Topics(broker.bootstrap());
  }

  static BenchmarkSetup open() {
    return new BenchmarkSetup(KafkaBroker.startNew(List.of("-Xms1g", "-Xmx1g"), Map.of()));
  }

  SourcePipeline startSource(Jdk jdk, boolean exactlyOnce) {
    return add(SourcePipeline.start(broker, jdk, exactlyOnce));
  }

  BareStatusPipeline startBareStatus(Jdk jdk) {
    return add(new BareStatusPipeline(new BareLoop(broker.bootstrap(), topics, jdk)));
  }

  RealtimePipeline startRealtimeSink(Jdk jdk) {
    return add(RealtimeSinkPipeline.start(broker, jdk));
  }

  RealtimePipeline startBareRealtime(Jdk jdk) {
    return add(new BareRealtimePipeline(new BareLoop(broker.bootstrap(), topics, jdk)));
  }

  /** Ends all pipelines. The broker and the simulators stay. */
  void closePipelines() {
    pipelines.forEach(MeasuredProgram::close);
    pipelines.clear();
  }

  /** A new run without results. */
  StatusRun createRun(StatusLoad shape, boolean raw, int controlPartitions) {
    return createRun(shape, raw, false, controlPartitions);
  }

  /** A new run. */
  StatusRun createRun(StatusLoad shape, boolean raw, boolean results, int controlPartitions) {
    Programs.Simulator simulator =
        simulators.computeIfAbsent(
            shape,
            s -> Programs.startQueueSimulator(s.events(), s.intervalMillis(), Jdks.newest()));
    return new StatusRun(
        KafkaCluster.uniqueName("run"),
        shape,
        simulator.queueUrl(),
        raw,
        results,
        controlPartitions);
  }

  /** A new realtime run. */
  RealtimeRun createRealtimeRun(RealtimeLoad load) {
    Programs.Simulator simulator =
        apps.computeIfAbsent(
            load.workMillis(), work -> Programs.startRealtimeSimulator(work, Jdks.newest()));
    return new RealtimeRun(
        KafkaCluster.uniqueName("realtime-run"),
        load,
        simulator.runUrl(),
        BenchmarkSettings.text("realtime.encoding", "json"));
  }

  /** A runner that measures realtime runs. */
  RealtimeRunner createRealtimeRunner() {
    return new RealtimeRunner(broker.bootstrap(), topics);
  }

  /** Begins a run and waits until every stream has sent an event. */
  void awaitAllBegun(StatusPipeline pipeline, StatusRun run) {
    topics.create(run.statusTopic(), STATUS_PARTITIONS);
    try (StatusMeter meter =
        new StatusMeter(broker.bootstrap(), run, STATUS_PARTITIONS, pipeline.process())) {
      meter.awaitAllBegun(pipeline, RUN_LIMIT);
    }
  }

  /** Carries a run through a pipeline and measures it. */
  StatusFigures measure(StatusPipeline pipeline, StatusRun run) {
    topics.create(run.statusTopic(), STATUS_PARTITIONS);
    if (run.results()) {
      topics.create(run.resultTopic(), STATUS_PARTITIONS);
    }
    ProcessorUse.awaitQuiet(Duration.ofSeconds(BenchmarkSettings.number("quiet.seconds", 0)));
    try (StatusMeter meter =
        new StatusMeter(broker.bootstrap(), run, STATUS_PARTITIONS, pipeline.process())) {
      StatusFigures figures = meter.measureRun(pipeline, RUN_LIMIT);
      System.out.println(figures.format());
      return figures;
    } finally {
      pipeline.end(run);
      topics.delete(run.statusTopic());
      if (run.results()) {
        topics.delete(run.resultTopic());
      }
    }
  }

  @Override
  public void close() {
    closePipelines();
    simulators.values().forEach(simulator -> simulator.process().kill());
    apps.values().forEach(simulator -> simulator.process().kill());
    topics.close();
    broker.close();
  }

  private <P extends MeasuredProgram> P add(P pipeline) {
    pipelines.add(pipeline);
    return pipeline;
  }
}
