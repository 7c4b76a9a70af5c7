// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.cluster.BuildOutput;
import io.falconnect.cluster.ConnectorStatus;
import io.falconnect.cluster.KafkaCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A broker, a worker with exactly-once support, and on it the connector of the sample. */
final class Stage implements AutoCloseable {
  private static final int PARTITIONS = 3;

  private final KafkaCluster cluster;
  private final String connector;
  private final JsonNode config;

  private Stage(KafkaCluster cluster, ObjectNode posted) {
    this.cluster = cluster;
    this.connector = posted.path("name").asText();
    this.config = posted.path("config");
  }

  /** Starts all of it, and returns once the connector runs. */
  static Stage start(Fal fal) {
    if (BuildOutput.componentArchive().isEmpty()) {
      throw new DemoException("There is no component archive yet: ./mvnw -Pdemo packages it.");
    }
    KafkaCluster cluster = KafkaCluster.start(SampleConfig.worker(fal.key()), 1);
    try {
      ObjectNode posted = SampleConfig.connector(cluster.bootstrap(), fal.queueUrl());
      Stage stage = new Stage(cluster, posted);
      Stream.of(stage.controlTopic(), stage.statusTopic(), stage.resultTopic())
          .forEach(topic -> cluster.topics().create(topic, PARTITIONS));
      cluster.rest().request("POST", "/connectors", posted.toString());
      cluster.rest().awaitRunning(stage.connector, stage.config.path("tasks.max").asInt());
      return stage;
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
    cluster.broker().process().requireAlive();
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
  }
}
