// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  /** The stored offsets: a list of {@code partition} and {@code offset}. */
  JsonNode offsets() {
    return rest().offsets(name).path("offsets");
  }

  /** The stored offset of the shard of a control record of the first control partition. */
  JsonNode offset(long controlOffset) {
    for (JsonNode entry : offsets()) {
      if (entry.path("partition").equals(json(shard(controlOffset)))) {
        return entry.path("offset");
      }
    }
    throw new AssertionError("no shard " + controlOffset + " in " + offsets());
  }

  /** The stored open watches of all shards by request id. */
  Map<String, JsonNode> openWatches() {
    Map<String, JsonNode> watches = new HashMap<>();
    for (JsonNode entry : offsets()) {
      for (Map.Entry<String, JsonNode> endpoint : openByEndpoint(entry).properties()) {
        endpoint
            .getValue()
            .properties()
            .forEach(watch -> watches.put(watch.getKey(), watch.getValue()));
      }
    }
    return watches;
  }

  /** The open watches of a stored offset, by endpoint and request id. */
  static JsonNode openByEndpoint(JsonNode entry) {
    ObjectNode open = (ObjectNode) json(entry.at("/offset/open").asText("{}"));
    open.remove("repeats");
    return open;
  }

  /** The source partition of the shard of a control record of the first control partition. */
  static String shard(long controlOffset) {
    return "{\"partition\":0,\"shard\":" + controlOffset + "}";
  }

  /** Sets the offset from which control records are read, as an operator does. */
  void alterFloor(long next) {
    alter("{\"partition\":0}", "{\"version\":2,\"next\":" + next + "}");
  }

  void alter(String partition, String offset) {
    String entry = "{\"partition\":%s,\"offset\":%s}".formatted(partition, offset);
    rest().patchOffsets(name, "{\"offsets\":[" + entry + "]}");
  }

  /** Resets all stored offsets one by one. */
  void resetOffsets() {
    List<String> entries = new ArrayList<>();
    for (JsonNode entry : offsets()) {
      entries.add("{\"partition\":%s,\"offset\":null}".formatted(entry.path("partition")));
    }
    rest().patchOffsets(name, "{\"offsets\":[" + String.join(",", entries) + "]}");
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
