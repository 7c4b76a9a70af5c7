// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.Operator;
import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.Waits;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Prompts to requests to statuses and results, by the samples in {@code config/}. */
final class PipelineScene implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int PARTITIONS = 3;

  final KafkaCluster cluster;
  final SampleConnector sink;
  final SampleConnector source;

  private PipelineScene(KafkaCluster cluster, FalSimulator fal) {
    this.cluster = cluster;
    this.sink =
        sample("fal-queue-sink.json", fal)
            // A consumer whose worker was killed has to be missed in seconds.
            .with("consumer.override.session.timeout.ms", "6000")
            .with("consumer.override.heartbeat.interval.ms", "1000");
    this.source = sample("fal-status-source.json", fal);
  }

  /** Posts the connectors to so many workers. */
  static PipelineScene start(FalSimulator fal, String apiKey, int workers) {
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("pipeline")
            .jdk(Jdks.workerJdk())
            .environment("FAL_KEY", apiKey);
    KafkaCluster cluster = KafkaCluster.start(options, workers);
    try {
      return new PipelineScene(cluster, fal).post();
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private SampleConnector sample(String file, FalSimulator fal) {
    return SampleConnector.load(file)
        .withBootstrap(cluster.bootstrap())
        .with("fal.queue.url", fal.queueUrl());
  }

  private PipelineScene post() {
    Stream.of(prompts(), failed(), requests(), statuses(), results())
        .forEach(topic -> cluster.topics().create(topic, PARTITIONS));
    sink.post(rest());
    source.post(rest());
    return this;
  }

  ConnectRest rest() {
    return cluster.rest();
  }

  String prompts() {
    return sink.get("topics");
  }

  String failed() {
    return sink.get("errors.deadletterqueue.topic.name");
  }

  String requests() {
    return sink.get("requests.topic");
  }

  String statuses() {
    return source.get("status.topic");
  }

  String results() {
    return source.get("result.topic");
  }

  /** Sends the prompts with these numbers, under the keys {@code k<number>}. */
  void prompt(int from, int to) {
    cluster
        .topics()
        .produceAll(
            IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<>(prompts(), utf8("k" + i), utf8(prompt(i))))
                .toList());
  }

  private static String prompt(int number) {
    return "{\"prompt\":\"lighthouse " + number + "\"}";
  }

  /** Kills the worker that a connector's first task is on, and starts it again. */
  void restartWorkerOf(SampleConnector connector) {
    String id = rest().status(connector.name()).tasks().get(0).workerId();
    ConnectWorker worker =
        cluster.workers().stream().filter(w -> w.url().endsWith(id)).findFirst().orElseThrow();
    worker.kill();
    worker.launch();
  }

  void awaitAllReady() {
    cluster.workers().forEach(ConnectWorker::awaitReady);
  }

  /** Waits until every one of so many prompts is done, so that no request is made any more. */
  void awaitSubmitted(int prompts) {
    Waits.until(
        prompts + " prompts to be committed",
        LIMIT,
        () -> {
          Operator.reviveTasks(cluster, source.name());
          return Optional.of(committed()).filter(done -> done == prompts);
        },
        () -> committed() + " are. " + rest().status(sink.name()));
  }

  private long committed() {
    return cluster.topics().committed("connect-" + sink.name()).values().stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  /** Waits like the topics do, and does meanwhile what an operator has to do. */
  List<ConsumerRecord<String, String>> await(
      String topic, String what, Predicate<List<ConsumerRecord<String, String>>> wanted) {
    return cluster
        .topics()
        .awaitRecords(
            topic,
            what,
            LIMIT,
            records -> {
              boolean there = wanted.test(records);
              if (!there) {
                Operator.reviveTasks(cluster, source.name());
              }
              return there;
            });
  }

  List<ConsumerRecord<String, String>> read(String topic) {
    return cluster.topics().readAll(topic);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
