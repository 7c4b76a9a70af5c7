// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.converters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.simulator.FalSimulator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;

/**
 * Prompts to results by the samples in {@code config/}, through the queue and by streaming, with
 * one converter in every place that has one for values.
 */
final class ConvertedFlow implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** Key and value of a control record that no converter can read. */
  static final String UNREADABLE = "not of this format";

  /** A prompt as a producer of somebody else's has it. */
  private static final Schema PROMPT =
      SchemaBuilder.struct()
          .name("com.example.Prompt")
          .field("prompt", Schema.STRING_SCHEMA)
          .field("seed", Schema.OPTIONAL_INT32_SCHEMA)
          .build();

  private final String name = KafkaCluster.uniqueName("converted");
  final String prompts = name + "-prompts";
  final String requests = name + "-requests";
  final String statuses = name + "-statuses";
  final String results = name + "-results";
  final String errors = name + "-errors";
  final String streamed = name + "-streamed";

  private final KafkaCluster cluster;
  private final FalSimulator fal;
  private final Converter converter;
  private final Map<String, String> settings;

  /**
   * Makes topics, and posts nothing yet.
   *
   * @param converter a converter for this side
   * @param type the name of the converter's class in the worker
   * @param settings the converter's own keys
   */
  ConvertedFlow(
      KafkaCluster cluster,
      FalSimulator fal,
      Converter converter,
      String type,
      Map<String, String> settings) {
    this.cluster = cluster;
    this.fal = fal;
    this.converter = converter;
    this.settings = new LinkedHashMap<>(Map.of("", type));
    settings.forEach((key, value) -> this.settings.put("." + key, value));
    converter.configure(settings, false);
    Stream.of(prompts, requests, statuses, results, errors, streamed)
        .forEach(topic -> cluster.topics().create(topic, 1));
  }

  /** Posts the connectors, and gives them a prompt and a control record that cannot be read. */
  ConvertedFlow start() {
    sample("fal-status-source-avro.json", "value.converter", "control.value.converter")
        .with("control.topic", requests)
        .with("status.topic", statuses)
        .with("result.topic", results)
        .with("errors.topic", errors)
        .post(cluster.rest());
    sink("fal-queue-sink.json", "requests").with("requests.topic", requests).post(cluster.rest());
    sink("fal-stream-sink.json", "result").with("result.topic", streamed).post(cluster.rest());
    Struct prompt = new Struct(PROMPT).put("prompt", "a lighthouse");
    produce(prompts, "k1", converter.fromConnectData(prompts, PROMPT, prompt));
    produce(requests, UNREADABLE, UNREADABLE.getBytes(UTF_8));
    return this;
  }

  private SampleConnector sink(String file, String prefix) {
    return sample(file, "value.converter", prefix + ".value.converter")
        .with(prefix + ".format", "struct")
        .with("topics", prompts)
        .with("fal.run.url", fal.runUrl())
        .with("consumer.override.auto.offset.reset", "earliest")
        .with("errors.deadletterqueue.topic.name", name + "-failed")
        .with("errors.deadletterqueue.topic.replication.factor", "1");
  }

  private SampleConnector sample(String file, String... places) {
    SampleConnector sample =
        SampleConnector.load(file)
            .withName(name + "-" + file.replace(".json", ""))
            .withBootstrap(cluster.bootstrap())
            .with("tasks.max", "1")
            .with("fal.queue.url", fal.queueUrl())
            .with("fal.api.key", "any");
    for (String place : places) {
      settings.forEach((key, value) -> sample.with(place + key, value));
    }
    return sample;
  }

  private void produce(String topic, String key, byte[] value) {
    cluster.topics().produce(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  /** The topic of records of a kind. */
  String topic(String kind) {
    return name + "-" + kind;
  }

  /** Asks for a watch. */
  void control(Struct asked) {
    String id = asked.getString("request_id");
    produce(requests, id, converter.fromConnectData(requests, asked.schema(), asked));
  }

  /** Waits until a topic has a record that is wanted, and returns it. */
  Struct await(String topic, String what, Predicate<Struct> wanted) {
    return values(read(topic, what, wanted)).filter(wanted).findFirst().orElseThrow();
  }

  /** Waits until a request has an outcome, and returns that event. */
  Struct awaitOutcome(String requestId) {
    return await(
        statuses,
        "the outcome of " + requestId,
        event ->
            event.getString("request_id").equals(requestId) && event.getString("outcome") != null);
  }

  /** Waits until a topic has a record, and returns it as it is there. */
  byte[] bytes(String topic) {
    List<ConsumerRecord<String, byte[]>> records = read(topic, "a record", any -> true);
    return records.stream().filter(this::readable).findFirst().orElseThrow().value();
  }

  private List<ConsumerRecord<String, byte[]>> read(
      String topic, String what, Predicate<Struct> wanted) {
    return cluster
        .topics()
        .awaitRecords(
            topic,
            what,
            LIMIT,
            new ByteArrayDeserializer(),
            records -> values(records).anyMatch(wanted));
  }

  private Stream<Struct> values(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream()
        .filter(this::readable)
        .map(record -> converter.toConnectData(record.topic(), record.value()).value())
        .map(Struct.class::cast);
  }

  private boolean readable(ConsumerRecord<String, byte[]> record) {
    return !(record.topic().equals(requests) && record.key().equals(UNREADABLE));
  }

  @Override
  public void close() {
    cluster.rest().connectors().stream()
        .filter(connector -> connector.startsWith(name + "-"))
        .forEach(cluster.rest()::delete);
  }
}
