// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.compatibility;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.simulator.FalSimulator;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All four connectors by the samples in {@code config/}, on one cluster, between topics of their
 * own.
 */
final class SampleConnectors {
  private static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";
  private static final Duration LIMIT = Duration.ofSeconds(120);

  final SampleConnector queue;
  final SampleConnector source;
  final SampleConnector realtime;
  final SampleConnector stream;

  private final KafkaCluster cluster;
  private final FalSimulator fal;
  private final String prefix;

  /** Creates the topics. Nothing is posted yet. */
  SampleConnectors(KafkaCluster cluster, FalSimulator fal, String prefix) {
    this.cluster = cluster;
    this.fal = fal;
    this.prefix = prefix;
    queue = sample("fal-queue-sink.json", "topics", "requests.topic", DEAD_LETTERS);
    source = sample("fal-status-source.json", "control.topic", "status.topic", "result.topic");
    realtime = sample("fal-realtime-sink.json", "topics", "result.topic");
    stream = sample("fal-stream-sink.json", "topics", "result.topic", DEAD_LETTERS);
    Stream.of("prompts", "prompts.failed", "fal.requests", "fal.status", "fal.results")
        .forEach(this::create);
    Stream.of("fal.realtime.inputs", "fal.realtime.results", "fal.stream.results")
        .forEach(this::create);
  }

  private SampleConnector sample(String file, String... topics) {
    SampleConnector sample =
        SampleConnector.load(file)
            .withBootstrap(cluster.bootstrap())
            .withName(prefix + file.replace(".json", ""))
            .with("fal.queue.url", fal.queueUrl())
            .with("fal.run.url", fal.runUrl())
            .with("fal.rest.url", fal.restUrl());
    for (String key : topics) {
      sample.with(key, prefix + sample.get(key));
    }
    return sample;
  }

  private void create(String topic) {
    cluster.topics().create(prefix + topic, 2);
  }

  /** Posts all of them and waits until they run. */
  void post() {
    List.of(queue, source, realtime, stream).forEach(sample -> sample.post(cluster.rest()));
  }

  /** Writes an input for the connector that reads that topic. */
  void write(SampleConnector sink, String key, String input) {
    cluster.topics().produce(sink.get("topics"), key, input);
  }

  /** Waits until the topic that a key names is as wanted, and returns what it has. */
  List<ConsumerRecord<String, String>> await(
      SampleConnector of, String topicKey, Predicate<List<ConsumerRecord<String, String>>> wanted) {
    String topic = of.get(topicKey);
    return cluster.topics().awaitRecords(topic, "what is due in " + topic, LIMIT, wanted);
  }
}
