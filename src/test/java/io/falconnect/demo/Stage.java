// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.cluster.BuildOutput;
import io.falconnect.cluster.ConnectorStatus;
import io.falconnect.cluster.KafkaBroker;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.WorkerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A broker, a worker with exactly-once support, and on it the connector of the sample. */
final class Stage implements AutoCloseable {
  private static final int PARTITIONS = 3;

  /** Compiled quickly rather than well: none of them lives for a minute. */
  private static final List<String> JVM_ARGS =
      List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final KafkaBroker broker;
  private final KafkaCluster cluster;
  private final String connector;
  private final JsonNode config;

  private Stage(KafkaBroker broker, KafkaCluster cluster, ObjectNode posted) {
    this.broker = broker;
    this.cluster = cluster;
    this.connector = posted.path("name").asText();
    this.config = posted.path("config");
  }

  /** Starts all of it, and returns once the connector runs. */
  static Stage start(Fal fal) {
    if (BuildOutput.componentArchive().isEmpty()) {
      throw new DemoException("There is no component archive yet: ./mvnw -Pdemo packages it.");
    }
    KafkaBroker broker = KafkaBroker.startNew(JVM_ARGS, Map.of());
    try {
      ObjectNode posted = SampleConfig.connector(broker.bootstrap(), fal.queueUrl());
      WorkerOptions options =
          SampleConfig.worker(fal.key()).jvmArgs(JVM_ARGS.toArray(String[]::new));
      KafkaCluster cluster = KafkaCluster.start(broker, options, 1);
      return new Stage(broker, cluster, posted).post(posted);
    } catch (RuntimeException | Error e) {
      broker.close();
      throw e;
    }
  }

  private Stage post(ObjectNode posted) {
    try {
      Stream.of(controlTopic(), statusTopic(), resultTopic())
          .forEach(topic -> cluster.topics().create(topic, PARTITIONS));
      cluster.rest().request("POST", "/connectors", posted.toString());
      cluster.rest().awaitRunning(connector, config.path("tasks.max").asInt());
      return this;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  String connector() {
    return connector;
  }

  String controlTopic() {
    return config.path("control.topic").asText();
  }

  String statusTopic() {
    return config.path("status.topic").asText();
  }

  String resultTopic() {
    return config.path("result.topic").asText();
  }

  /** Asks for a watch: the answer of the submission, as it is. */
  void forward(Submission submission) {
    cluster.topics().produce(controlTopic(), submission.requestId(), submission.response());
  }

  /** What the connector publishes. */
  TopicFeed feed() {
    return new TopicFeed(
        cluster.bootstrap(),
        Map.of(statusTopic(), PARTITIONS, resultTopic(), PARTITIONS).entrySet());
  }

  /** Fails when nothing more is to be expected. */
  void requireWorking() {
    broker.process().requireAlive();
    cluster.worker().process().requireAlive();
    ConnectorStatus status = cluster.rest().status(connector);
    if (status.isFailed()) {
      throw new DemoException(
          "The connector failed: " + status.traces() + "\nThe worker's log: " + workerLog());
    }
  }

  /** The file with all that the worker logs. It stays. */
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
