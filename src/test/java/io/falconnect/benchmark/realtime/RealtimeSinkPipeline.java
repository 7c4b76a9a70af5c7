// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.process.BenchmarkWorker;
import io.falconnect.benchmark.process.WorkerLog;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdk;
import java.util.HashMap;
import java.util.Map;

/** The realtime sink, one task, on a worker of its own. */
public final class RealtimeSinkPipeline implements RealtimePipeline {
  private static final String NAME = "realtime sink";

  private final KafkaCluster cluster;

  private RealtimeSinkPipeline(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  /** Starts a worker. */
  public static RealtimeSinkPipeline start(KafkaBroker broker, Jdk jdk) {
    return new RealtimeSinkPipeline(BenchmarkWorker.start(broker, jdk, "realtime-sink", false));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void begin(RealtimeRun run) {
    cluster.rest().putConnector(run.id(), config(run));
    cluster.rest().awaitRunning(run.id(), 1);
  }

  @Override
  public void end(RealtimeRun run) {
    WorkerLog log = new WorkerLog(process());
    cluster.rest().delete(run.id());
    log.awaitStop();
  }

  @Override
  public JavaProcess process() {
    return cluster.worker().process();
  }

  @Override
  public void close() {
    cluster.close();
  }

  private Map<String, String> config(RealtimeRun run) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.falconnect.sink.FalRealtimeSinkConnector");
    config.put("tasks.max", "1");
    config.put("topics", run.inputTopic());
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put("fal.endpoint.id", RealtimeRun.ENDPOINT);
    config.put("fal.run.url", run.runUrl());
    config.put("realtime.encoding", run.encoding());
    if (run.load().asksForWindow()) {
      config.put("realtime.max.buffering", Integer.toString(run.load().window()));
    }
    config.put("result.topic", run.resultTopic());
    config.put("result.bootstrap.servers", cluster.bootstrap());
    config.putAll(BenchmarkSettings.connectorSettings());
    return config;
  }
}
