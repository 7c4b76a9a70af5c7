// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.client.Topics;
import io.falconnect.simulator.FalSimulator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A status source of its own on a cluster, between topics of its own and a simulator of fal. */
public final class SourceScene implements AutoCloseable {
  static final String ENDPOINT = "fal-ai/flux/dev";
  static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  final KafkaCluster cluster;
  final String name = KafkaCluster.uniqueName("status-source");
  final String control = name + "-control";
  final String status = name + "-status";
  final String results = name + "-results";
  final String errors = name + "-errors";
  private final Map<String, String> config = new HashMap<>();

  SourceScene(KafkaCluster cluster, FalSimulator fal, int partitions) {
    this.cluster = cluster;
    topics().create(control, partitions);
    topics().create(status, 3);
    topics().create(results, 1, Map.of("max.message.bytes", "4000000"));
    topics().create(errors, 1);
    config.put("connector.class", "io.falconnect.source.FalStatusSourceConnector");
    config.put("tasks.max", "1");
    config.put("control.topic", control);
    config.put("control.bootstrap.servers", cluster.bootstrap());
    config.put("control.refresh.interval.ms", "500");
    config.put("status.topic", status);
    config.put("fal.queue.url", fal.queueUrl());
    config.put("fal.endpoint.id", ENDPOINT);
    config.put("fal.idle.timeout.ms", "3000");
    config.put("fal.retry.backoff.ms", "50");
    config.put("fal.retry.backoff.max.ms", "500");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter.schemas.enable", "false");
  }

  Topics topics() {
    return cluster.topics();
  }

  ConnectRest rest() {
    return cluster.rest();
  }

  SourceScene with(String key, String value) {
    config.put(key, value);
    return this;
  }

  Map<String, String> config() {
    return new HashMap<>(config);
  }

  /** Posts the connector and waits until it runs. */
  SourceScene start(int tasks) {
    rest().putConnector(name, config);
    rest().awaitRunning(name, tasks);
    return this;
  }

  /** Asks for a watch by request id and endpoint, keyed by the request id. */
  long ask(String requestId) {
    return ask(requestId, asking(requestId));
  }

  /** Asks for a watch of a request that was submitted long ago. */
  void askLongAgo(String requestId) {
    long anHourAgo = System.currentTimeMillis() - 3_600_000;
    topics()
        .produce(
            new ProducerRecord<>(
                control, null, anHourAgo, utf8(requestId), utf8(asking(requestId))));
  }

  long ask(String key, String value) {
    return topics().produce(control, key, value).offset();
  }

  /** What is stored of the one partition of the control topic. */
  JsonNode offset() {
    JsonNode offsets = rest().offsets(name).path("offsets");
    if (offsets.size() != 1 || !offsets.path(0).path("partition").equals(json(partition()))) {
      throw new AssertionError("not one offset, of the one control partition: " + offsets);
    }
    return offsets.path(0).path("offset");
  }

  /** Sets what is stored of the one partition of the control topic. */
  void alter(String offset) {
    alter(partition(), offset);
  }

  void alter(String partition, String offset) {
    String entry = "{\"partition\":%s,\"offset\":%s}".formatted(partition, offset);
    rest().patchOffsets(name, "{\"offsets\":[" + entry + "]}");
  }

  private String partition() {
    return "{\"topic\":\"%s\",\"partition\":0}".formatted(control);
  }

  /** Asks for many watches at once. */
  void askAll(Collection<String> requestIds) {
    topics()
        .produceAll(
            requestIds.stream()
                .map(id -> new ProducerRecord<>(control, utf8(id), utf8(asking(id))))
                .toList());
  }

  /** The value of a control record that asks for a watch. */
  static String asking(String requestId) {
    return "{\"request_id\":\"" + requestId + "\",\"endpoint_id\":\"" + ENDPOINT + "\"}";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** All events there are, by request id. */
  Map<String, List<JsonNode>> events() {
    return events(topics().readAll(status));
  }

  /** Waits until so many requests have an outcome, and returns all events. */
  Map<String, List<JsonNode>> awaitOutcomes(int count) {
    return events(
        topics()
            .awaitRecords(
                status, count + " outcomes", LIMIT, records -> outcomes(records) >= count));
  }

  /** Counts without parsing: this is asked for again and again. */
  static long outcomes(List<ConsumerRecord<String, String>> records) {
    return records.stream()
        .filter(record -> record.value().contains("\"outcome\":\""))
        .map(ConsumerRecord::key)
        .distinct()
        .count();
  }

  List<JsonNode> events(String requestId) {
    return events(topics().readAll(status)).getOrDefault(requestId, List.of());
  }

  /** The events of a request, once the last of them has an outcome. */
  List<JsonNode> awaitOutcome(String requestId) {
    return await(
            requestId + " has an outcome",
            events -> over(events.getOrDefault(requestId, List.of())))
        .get(requestId);
  }

  Map<String, List<JsonNode>> await(String what, Predicate<Map<String, List<JsonNode>>> wanted) {
    return events(
        topics().awaitRecords(status, what, LIMIT, records -> wanted.test(events(records))));
  }

  public static boolean over(List<JsonNode> events) {
    return !events.isEmpty() && events.get(events.size() - 1).hasNonNull("outcome");
  }

  static Map<String, List<JsonNode>> events(List<ConsumerRecord<String, String>> records) {
    Map<String, List<JsonNode>> events = new LinkedHashMap<>();
    for (ConsumerRecord<String, String> record : records) {
      events.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(json(record.value()));
    }
    return events;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  static List<String> texts(List<JsonNode> events, String field) {
    return events.stream().map(event -> event.path(field).asText()).toList();
  }

  /** The messages of all log lines of the events, in order. */
  public static List<String> logs(List<JsonNode> events) {
    List<String> messages = new ArrayList<>();
    events.forEach(
        e -> e.path("logs").forEach(line -> messages.add(line.path("message").asText())));
    return messages;
  }

  @Override
  public void close() {
    if (rest().connectors().contains(name)) {
      rest().delete(name);
    }
  }
}
