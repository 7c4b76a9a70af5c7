// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.AvroConverterPlugin;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SchemaRegistry;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stream processor reads what the status source has published. */
class StatusTablesIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String ENDPOINT = "fal-ai/flux/dev";
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @Test
  void tablesOfJson() {
    KafkaCluster cluster = SharedCluster.get();
    SampleConnector source = sample("fal-status-source.json", cluster);
    assertTables(cluster, source, () -> new JsonSerde<>(StatusEvent.class).deserializer());
  }

  @Test
  void tablesOfAvro() {
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("avro")
            .pluginPath(AvroConverterPlugin.folder())
            // The converter has no service manifest.
            .property("plugin.discovery", "hybrid_warn");
    try (SchemaRegistry registry = SchemaRegistry.start();
        KafkaCluster cluster = KafkaCluster.start(SharedCluster.get().broker(), options, 1)) {
      SampleConnector source =
          sample("fal-status-source-avro.json", cluster)
              .with("value.converter", AvroConverterPlugin.CLASS)
              .with("value.converter.schema.registry.url", registry.url());
      assertTables(cluster, source, () -> new AvroStatusEvents(registry.url()));
    }
  }

  /** The sample, with topics of its own and without a key. */
  private static SampleConnector sample(String file, KafkaCluster cluster) {
    SampleConnector sample =
        SampleConnector.load(file)
            .withName(KafkaCluster.uniqueName("tables"))
            .withBootstrap(cluster.bootstrap())
            .with("tasks.max", "1")
            .with("fal.queue.url", fal.queueUrl())
            .with("fal.api.key", "any");
    topicKeys(sample).forEach(key -> sample.with(key, sample.name() + "-" + key));
    return sample;
  }

  private static List<String> topicKeys(SampleConnector sample) {
    return Stream.of("control.topic", "status.topic", "result.topic", "errors.topic")
        .filter(key -> !sample.get(key).isEmpty())
        .toList();
  }

  private static void assertTables(
      KafkaCluster cluster, SampleConnector source, Supplier<Deserializer<StatusEvent>> events) {
    topicKeys(source).forEach(key -> cluster.topics().create(source.get(key), 2));
    source.post(cluster.rest());
    String topic = source.get("status.topic");
    try (StreamProcessor processor =
        StreamProcessor.start(
            source.name() + "-processor",
            cluster.bootstrap(),
            StatusTables.of(topic, events.get()))) {
      List<String> ids = ask(cluster, source);
      for (String state : List.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED")) {
        ids.forEach(id -> awaitLatest(processor, id, state));
        ids.forEach(id -> fal.request(id).advance());
      }
      ids.forEach(id -> assertTimes(processor, id, published(cluster, topic, events, id)));
    } finally {
      cluster.rest().delete(source.name());
    }
  }

  private static List<String> ask(KafkaCluster cluster, SampleConnector source) {
    Script life = Script.builder().manual().inQueue(0).inProgress().completed(1.0).build();
    List<String> ids = Stream.of("a", "b", "c").map(id -> source.name() + "-" + id).toList();
    ids.forEach(id -> fal.registerRequest(id, ENDPOINT, life));
    for (String id : ids) {
      String value = "{\"request_id\":\"%s\",\"endpoint_id\":\"%s\"}".formatted(id, ENDPOINT);
      cluster.topics().produce(source.get("control.topic"), id, value);
    }
    return ids;
  }

  private static void awaitLatest(StreamProcessor processor, String id, String state) {
    processor.<StatusEvent>await(StatusTables.LATEST, id, latest -> latest.status().equals(state));
  }

  /** All events of a request, once it is over, as they are in the topic. */
  private static List<StatusEvent> published(
      KafkaCluster cluster, String topic, Supplier<Deserializer<StatusEvent>> events, String id) {
    return cluster
        .topics()
        .awaitRecords(
            topic,
            "the outcome of " + id,
            LIMIT,
            events.get(),
            records ->
                records.stream()
                    .map(ConsumerRecord::value)
                    .anyMatch(event -> event.requestId().equals(id) && event.outcome() != null))
        .stream()
        .map(ConsumerRecord::value)
        .filter(event -> event.requestId().equals(id))
        .toList();
  }

  private static void assertTimes(
      StreamProcessor processor, String id, List<StatusEvent> published) {
    StatusEvent last = published.get(published.size() - 1);
    assertThat(last.outcome()).isEqualTo("SUCCEEDED");
    Map<String, Long> expected = new HashMap<>();
    for (int i = 1; i < published.size(); i++) {
      StatusEvent before = published.get(i - 1);
      long millis = published.get(i).observedAt() - before.observedAt();
      expected.merge(before.status(), millis, Long::sum);
    }
    TimeInStates times =
        processor.await(StatusTables.TIMES, id, found -> found.last().equals(last));
    assertThat(times.millis()).isEqualTo(expected).containsOnlyKeys("IN_QUEUE", "IN_PROGRESS");
    assertThat(processor.<StatusEvent>await(StatusTables.LATEST, id, last::equals)).isEqualTo(last);
  }
}
