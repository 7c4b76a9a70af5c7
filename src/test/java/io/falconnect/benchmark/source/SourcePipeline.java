// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.process.BenchmarkWorker;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The connector, one task, on a worker of its own. */
public final class SourcePipeline implements StatusPipeline {
  /** The node id of the only broker. */
  private static final int BROKER = 1;

  private final String name;
  private final KafkaCluster cluster;

  private SourcePipeline(String name, KafkaCluster cluster) {
    this.name = name;
    this.cluster = cluster;
  }

  /** Starts a worker. */
  public static SourcePipeline start(KafkaBroker broker, Jdk jdk, boolean exactlyOnce) {
    String name = exactlyOnce ? "exactly-once" : "at-least-once";
    return new SourcePipeline(name, BenchmarkWorker.start(broker, jdk, name, exactlyOnce));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void begin(StatusRun run) {
    cluster.topics().create(run.controlTopic(), run.controlPartitions());
    cluster.rest().putConnector(run.id(), config(run));
    cluster.rest().awaitRunning(run.id(), 1);
    cluster
        .topics()
        .produceAll(
            IntStream.range(0, run.shape().streams())
                .mapToObj(i -> controlRecord(run, i))
                .toList());
  }

  @Override
  public void end(StatusRun run) {
    cluster.rest().delete(run.id());
    cluster.topics().delete(run.controlTopic());
  }

  /** The size of the worker's offsets topic in bytes. */
  public long measureOffsetsTopic() {
    List<String> topics =
        cluster.topics().listNames().stream()
            .filter(topic -> topic.startsWith(name) && topic.endsWith("-offsets"))
            .toList();
    return cluster
        .topics()
        .admin()
        .describeLogDirs(List.of(BROKER))
        .allDescriptions()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .get(BROKER)
        .values()
        .stream()
        .flatMap(folder -> folder.replicaInfos().entrySet().stream())
        .filter(replica -> topics.contains(replica.getKey().topic()))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }

  @Override
  public JavaProcess process() {
    return cluster.worker().process();
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static ProducerRecord<byte[], byte[]> controlRecord(StatusRun run, int index) {
    String id = run.requestId(index);
    String value = "{\"request_id\":\"" + id + "\",\"endpoint_id\":\"" + StatusRun.ENDPOINT + "\"}";
    return new ProducerRecord<>(
        run.controlTopic(),
        index % run.controlPartitions(),
        id.getBytes(UTF_8),
        value.getBytes(UTF_8));
  }

  private Map<String, String> config(StatusRun run) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.falconnect.source.FalStatusSourceConnector");
    config.put("tasks.max", "1");
    config.put("control.topic", run.controlTopic());
    config.put("control.bootstrap.servers", cluster.bootstrap());
    config.put("status.topic", run.statusTopic());
    config.put("status.include.raw", Boolean.toString(run.raw()));
    config.put("status.max.open.streams", Integer.toString(run.shape().streams()));
    config.put("fal.queue.url", run.queueUrl());
    if (run.results()) {
      config.put("result.topic", run.resultTopic());
    } else {
      // The bare loop fetches no results either.
      config.put("outcome.from", "status");
    }
    config.putAll(BenchmarkSettings.connectorSettings());
    return config;
  }
}
