// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.cluster.Jdk;
import io.falconnect.cluster.Jdks;
import io.falconnect.cluster.KafkaBroker;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The broker, the simulators, and the pipelines between them; ends all of them. */
final class Stage implements AutoCloseable {
  private static final int STATUS_PARTITIONS = 3;
  private static final Duration RUN_LIMIT = Duration.ofMinutes(6);

  private final KafkaBroker broker;
  private final Topics topics;
  private final Map<Shape, Programs.Simulator> simulators = new HashMap<>();
  private final Map<Integer, Programs.Simulator> apps = new HashMap<>();
  private final List<Program> pipelines = new ArrayList<>();

  private Stage(KafkaBroker broker) {
    this.broker = broker;
    this.topics = new Topics(broker.bootstrap());
  }

  static Stage open() {
    return new Stage(KafkaBroker.startNew(List.of("-Xms1g", "-Xmx1g"), Map.of()));
  }

  Pipeline connector(Jdk jdk, boolean exactlyOnce) {
    return added(ConnectorPipeline.start(broker, jdk, exactlyOnce));
  }

  BarePipeline bareLoop(Jdk jdk) {
    return added(new BarePipeline(new BareLoop(broker.bootstrap(), topics, jdk)));
  }

  RealtimePipeline realtimeSink(Jdk jdk) {
    return added(RealtimeSinkPipeline.start(broker, jdk));
  }

  RealtimePipeline bareRealtime(Jdk jdk) {
    return added(new BareRealtimePipeline(new BareLoop(broker.bootstrap(), topics, jdk)));
  }

  /** Program all pipelines; the broker and the simulators stay. */
  void closePipelines() {
    pipelines.forEach(Program::close);
    pipelines.clear();
  }

  /** A run nobody has had before. */
  Run run(Shape shape, boolean raw, int controlPartitions) {
    Programs.Simulator simulator =
        simulators.computeIfAbsent(shape, s -> Programs.simulator(s, Jdks.newest()));
    return new Run(
        KafkaCluster.uniqueName("run"), shape, simulator.queueUrl(), raw, controlPartitions);
  }

  /** A realtime run nobody has had before. */
  RealtimeRun realtimeRun(RealtimeLoad load) {
    Programs.Simulator simulator =
        apps.computeIfAbsent(load.workMillis(), work -> Programs.simulator(work, Jdks.newest()));
    return new RealtimeRun(
        KafkaCluster.uniqueName("realtime-run"),
        load,
        simulator.runUrl(),
        Settings.text("realtime.encoding", "json"));
  }

  /** What measures realtime runs. */
  RealtimeRunner realtimeRunner() {
    return new RealtimeRunner(broker.bootstrap(), topics);
  }

  /** Waits until all streams of a run are open and have said something. */
  void awaitAllBegun(Pipeline pipeline, Run run) {
    topics.create(run.statusTopic(), STATUS_PARTITIONS);
    try (Meter meter = new Meter(broker.bootstrap(), run, STATUS_PARTITIONS, pipeline.process())) {
      meter.awaitAllBegun(pipeline, RUN_LIMIT);
    }
  }

  /** Carries a run through a pipeline and measures it. */
  RunFigures measure(Pipeline pipeline, Run run) {
    topics.create(run.statusTopic(), STATUS_PARTITIONS);
    Processors.awaitQuiet(Duration.ofSeconds(Settings.number("quiet.seconds", 0)));
    try (Meter meter = new Meter(broker.bootstrap(), run, STATUS_PARTITIONS, pipeline.process())) {
      RunFigures figures = meter.measure(pipeline, RUN_LIMIT);
      System.out.println(figures.line());
      return figures;
    } finally {
      pipeline.end(run);
      topics.delete(run.statusTopic());
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

  private <P extends Program> P added(P pipeline) {
    pipelines.add(pipeline);
    return pipeline;
  }
}
