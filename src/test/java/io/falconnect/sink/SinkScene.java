// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.client.Topics;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.simulator.FalSimulator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A sink of its own on a cluster, between topics of its own and a simulator of fal. */
public final class SinkScene implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  final KafkaCluster cluster;
  final String name = KafkaCluster.uniqueName("sink");
  final String inputs = name + "-inputs";
  final String results = name + "-results";
  final String deadLetters = name + "-dead-letters";

  /** An app of its own, so that what tests do to it is nobody else's affair. */
  final String endpoint = "fal-ai/" + name;

  private final Map<String, String> config = new HashMap<>();

  /** A realtime sink, not started yet. */
  static SinkScene realtime(KafkaCluster cluster, FalSimulator fal, int partitions) {
    return new SinkScene(cluster, fal, partitions)
        .with("connector.class", "io.falconnect.sink.FalRealtimeSinkConnector")
        .with("realtime.first.result.timeout.ms", "5000")
        .with("realtime.result.timeout.ms", "5000");
  }

  /** A stream sink, not started yet. */
  static SinkScene stream(KafkaCluster cluster, FalSimulator fal, int partitions) {
    return new SinkScene(cluster, fal, partitions)
        .with("connector.class", "io.falconnect.sink.FalStreamSinkConnector");
  }

  /** A queue sink, not started yet; its requests go where others' results go. */
  static SinkScene queue(KafkaCluster cluster, FalSimulator fal, int partitions) {
    SinkScene scene =
        new SinkScene(cluster, fal, partitions)
            .with("connector.class", "io.falconnect.sink.FalQueueSinkConnector");
    scene.config.remove("result.topic");
    scene.config.remove("result.bootstrap.servers");
    return scene
        .with("requests.topic", scene.results)
        .with("requests.bootstrap.servers", cluster.bootstrap());
  }

  private SinkScene(KafkaCluster cluster, FalSimulator fal, int partitions) {
    this.cluster = cluster;
    topics().create(inputs, partitions);
    topics().create(results, 3);
    topics().create(deadLetters, 1);
    with("tasks.max", "1");
    with("topics", inputs);
    with("fal.endpoint.id", endpoint);
    with("fal.queue.url", fal.queueUrl());
    with("fal.run.url", fal.runUrl());
    with("fal.rest.url", fal.restUrl());
    with("fal.idle.timeout.ms", "3000");
    with("fal.retry.backoff.ms", "50");
    with("fal.retry.backoff.max.ms", "500");
    with("result.topic", results);
    with("result.bootstrap.servers", cluster.bootstrap());
    with("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    with("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    with("value.converter.schemas.enable", "false");
    with("consumer.override.auto.offset.reset", "earliest");
  }

  /** Failed inputs are passed over, into a dead letter queue that says why. */
  SinkScene tolerant() {
    return with("errors.tolerance", "all")
        .with("errors.deadletterqueue.topic.name", deadLetters)
        .with("errors.deadletterqueue.topic.replication.factor", "1")
        .with("errors.deadletterqueue.context.headers.enable", "true");
  }

  SinkScene with(String key, String value) {
    config.put(key, value);
    return this;
  }

  Map<String, String> config() {
    return new HashMap<>(config);
  }

  SinkScene start(int tasks) {
    rest().putConnector(name, config);
    rest().awaitRunning(name, tasks);
    return this;
  }

  /** Waits until so many tasks run, and one of them on that worker. */
  void awaitTaskOn(ConnectWorker worker, int tasks) {
    String id = worker.url().substring("http://".length());
    rest()
        .awaitStatus(
            name,
            tasks + " tasks, one of them on " + id,
            Duration.ofSeconds(120),
            status ->
                status.isAll("RUNNING", tasks)
                    && status.tasks().stream().anyMatch(task -> task.workerId().equals(id)));
  }

  Topics topics() {
    return cluster.topics();
  }

  ConnectRest rest() {
    return cluster.rest();
  }

  void send(String key, String value) {
    topics().produce(inputs, key, value);
  }

  /** Sends so many inputs in one go, spread over the partitions: keys are {@code k<number>}. */
  SinkScene sendAll(int count, IntFunction<String> value) {
    sendAll(0, count, value);
    return this;
  }

  /** Sends the inputs with these numbers. */
  void sendAll(int from, int to, IntFunction<String> value) {
    topics()
        .produceAll(
            IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<>(inputs, utf8("k" + i), utf8(value.apply(i))))
                .toList());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Waits until so many keys have a final result. */
  Map<String, List<JsonNode>> awaitFinal(int keys) {
    return await(keys + " final results", records -> finals(records) >= keys);
  }

  Map<String, List<JsonNode>> await(
      String what, Predicate<List<ConsumerRecord<String, String>>> wanted) {
    return byKey(topics().awaitRecords(results, what, LIMIT, wanted));
  }

  Map<String, List<JsonNode>> results() {
    return byKey(topics().readAll(results));
  }

  /** Counts without parsing: this is asked for again and again. */
  static long finals(List<ConsumerRecord<String, String>> records) {
    return records.stream()
        .filter(record -> record.value().contains("\"final\":true"))
        .map(ConsumerRecord::key)
        .distinct()
        .count();
  }

  static Map<String, List<JsonNode>> byKey(List<ConsumerRecord<String, String>> records) {
    Map<String, List<JsonNode>> results = new LinkedHashMap<>();
    for (ConsumerRecord<String, String> record : records) {
      results.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(json(record.value()));
    }
    return results;
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  @Override
  public void close() {
    if (rest().connectors().contains(name)) {
      rest().delete(name);
    }
  }
}
