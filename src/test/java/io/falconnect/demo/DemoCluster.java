// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.client.ConnectorStatus;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.demo.board.TopicFeed;
import io.falconnect.demo.fal.DemoFal;
import io.falconnect.demo.fal.Prompt;
import io.falconnect.demo.settings.DemoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A broker, a worker with exactly-once support, and the demo's connectors on it. */
final class DemoCluster implements AutoCloseable {
  private static final int PARTITIONS = 3;
  private static final Map<String, String> LARGE = Map.of("max.message.bytes", "8388608");
  private static final Duration CHECK = Duration.ofSeconds(2);

  /** Quick compilation, because the processes do not run long. */
  private static final List<String> JVM_ARGS =
      List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final KafkaBroker broker;
  private final KafkaCluster cluster;
  private final DemoFal fal;
  private final Duration limit;
  private final List<String> connectors = new ArrayList<>();

  private DemoCluster(KafkaBroker broker, KafkaCluster cluster, DemoFal fal, Duration limit) {
    this.broker = broker;
    this.cluster = cluster;
    this.fal = fal;
    this.limit = limit;
  }

  /** Starts broker and worker. The limit holds for every later wait. */
  static DemoCluster start(DemoFal fal, Duration limit) {
    if (BuildOutput.componentArchive().isEmpty()) {
      throw new DemoException("There is no component archive yet: ./mvnw -Pdemo packages it.");
    }
    WorkerOptions options = SampleWorker.loadOptions(fal.key());
    KafkaBroker broker = KafkaBroker.startNew(JVM_ARGS, Map.of());
    try {
      options.jvmArgs(JVM_ARGS.toArray(String[]::new));
      return new DemoCluster(broker, KafkaCluster.start(broker, options, 1), fal, limit);
    } catch (RuntimeException | Error e) {
      broker.close();
      throw e;
    }
  }

  /** A sample connector with the addresses of this cluster and of fal. */
  SampleConnector loadSample(String file) {
    SampleConnector sample = SampleConnector.load(file).withBootstrap(cluster.bootstrap());
    fal.urls().forEach(sample::with);
    return sample;
  }

  /** Creates topics whose records may be as large as images. */
  void createTopics(String... topics) {
    Stream.of(topics).forEach(topic -> cluster.topics().create(topic, PARTITIONS, LARGE));
  }

  /** Posts a connector and waits until it runs. */
  void postConnector(SampleConnector connector) {
    connector.post(cluster.rest());
    connectors.add(connector.name());
  }

  /** Writes a prompt and waits until Kafka has stored it. */
  RecordMetadata write(String topic, Prompt prompt) {
    byte[] key = prompt.key().getBytes(UTF_8);
    byte[] input = prompt.input().getBytes(UTF_8);
    return cluster.topics().produce(new ProducerRecord<>(topic, key, input));
  }

  TopicFeed openFeed(String... topics) {
    return new TopicFeed(cluster.bootstrap(), List.of(topics), PARTITIONS);
  }

  /** Repeats a blocking step until complete. Throws after the limit or when something failed. */
  void repeatUntil(BooleanSupplier complete, Runnable step, Supplier<String> soFar) {
    long deadline = System.nanoTime() + limit.toNanos();
    long nextCheck = System.nanoTime();
    while (!complete.getAsBoolean()) {
      long now = System.nanoTime();
      if (now - deadline > 0) {
        throw failure("After %d s: %s".formatted(limit.toSeconds(), soFar.get()));
      }
      if (now - nextCheck > 0) {
        requireWorking();
        nextCheck = now + CHECK.toNanos();
      }
      step.run();
    }
  }

  private void requireWorking() {
    broker.process().requireAlive();
    cluster.worker().process().requireAlive();
    for (String connector : connectors) {
      ConnectorStatus status = cluster.rest().status(connector);
      if (status.isFailed()) {
        throw failure("Connector " + connector + " failed: " + status.traces());
      }
    }
  }

  /** An exception whose message names the worker's log. */
  DemoException failure(String message) {
    return new DemoException(message + "\nThe worker's log: " + workerLog());
  }

  /** The worker's log. It stays after the demo. */
  Path workerLog() {
    Path log = cluster.worker().plugins().resolveSibling("worker.log");
    return Path.of("").toAbsolutePath().relativize(log);
  }

  @Override
  public void close() {
    cluster.close();
    broker.close();
  }
}
