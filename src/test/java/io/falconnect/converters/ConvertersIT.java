// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.converters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.cluster.AvroConverterPlugin;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SchemaRegistry;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.fault.Surface;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.pulsar.kafka.shade.io.confluent.connect.avro.AvroConverter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of every kind through converters with schemas, and schemas that change. */
class ConvertersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Schema TEXT = Schema.STRING_SCHEMA;
  private static FalSimulator fal;
  private static SchemaRegistry registry;
  private static KafkaCluster cluster;
  private static ConvertedFlow avro;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start(SimulatorConfig.builder().adoptUnknown(true).build());
    registry = SchemaRegistry.start();
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("converters")
            .pluginPath(AvroConverterPlugin.folder())
            // The converter has no service manifest.
            .property("plugin.discovery", "hybrid_warn");
    cluster = KafkaCluster.start(SharedCluster.get().broker(), options, 1);
    Map<String, String> settings = Map.of("schema.registry.url", registry.url());
    avro =
        new ConvertedFlow(cluster, fal, new AvroConverter(), AvroConverterPlugin.CLASS, settings)
            .start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (registry != null) {
      registry.close();
    }
    fal.close();
  }

  @Test
  void avroInEveryPlace() {
    assertFlows(avro);
  }

  @Test
  void jsonWithSchemasInEveryPlace() {
    String type = JsonConverter.class.getName();
    Map<String, String> settings = Map.of("schemas.enable", "true");
    try (ConvertedFlow json =
        new ConvertedFlow(cluster, fal, new JsonConverter(), type, settings).start()) {
      assertFlows(json);
    }
  }

  /** One prompt, to fal's queue and to an app that streams, and one record nobody can read. */
  private static void assertFlows(ConvertedFlow flow) {
    Struct request = flow.await(flow.requests, "a request", any -> true);
    String id = request.getString("request_id");
    assertThat(request.getString("endpoint_id")).isEqualTo("fal-ai/flux/schnell");
    assertThat(request.getString("status_url")).startsWith(fal.queueUrl());

    Struct last = flow.await(flow.statuses, "an outcome", e -> e.getString("outcome") != null);
    assertThat(last.schema().name()).isEqualTo("io.falconnect.StatusEvent");
    assertThat(last.getString("request_id")).isEqualTo(id);
    assertThat(last.getString("outcome")).isEqualTo("SUCCEEDED");
    assertThat(last.get("observed_at")).isInstanceOf(java.util.Date.class);

    Struct result = flow.await(flow.results, "a result", r -> r.getString("request_id").equals(id));
    assertThat(result.getInt32("http_status")).isEqualTo(200);
    assertThat(result.getString("output")).startsWith("{");

    Struct frame = flow.await(flow.streamed, "the last frame", f -> f.getBoolean("final"));
    assertThat(frame.getString("output")).contains("a lighthouse");
    assertThat(frame.getString("error")).isNull();
    // What is null in a Struct is not sent.
    assertThat(fal.receivedRequests().stream().filter(r -> r.surface() == Surface.SUBMIT))
        .extracting(ReceivedRequest::body)
        .contains("{\"prompt\":\"a lighthouse\"}");

    Struct error = flow.await(flow.errors, "an error", any -> true);
    assertThat(error.getString("reason")).contains("control.value.converter cannot read it");
    assertThat(error.getString("value")).isEqualTo(ConvertedFlow.UNREADABLE);
  }

  @Test
  void aRegistryThatIsAwayAtTheFirstAnswerCostsNoSecondSubmission() {
    int port = Ports.findFree();
    String name = KafkaCluster.uniqueName("registry-away");
    String prompts = name + "-prompts";
    String requests = name + "-requests";
    cluster.topics().create(prompts, 1);
    cluster.topics().create(requests, 1);
    SampleConnector.load("fal-queue-sink.json")
        .withName(name)
        .withBootstrap(cluster.bootstrap())
        .with("tasks.max", "1")
        .with("topics", prompts)
        .with("requests.topic", requests)
        .with("requests.format", "struct")
        .with("requests.value.converter", AvroConverterPlugin.CLASS)
        .with("requests.value.converter.schema.registry.url", SchemaRegistry.url(port))
        .with("queue.max.in.flight", "1")
        .with("fal.endpoint.id", "fal-ai/" + name)
        .with("fal.queue.url", fal.queueUrl())
        .with("fal.api.key", "any")
        .with("fal.retry.backoff.max.ms", "1000")
        .with("consumer.override.auto.offset.reset", "earliest")
        .with("errors.deadletterqueue.topic.name", name + "-failed")
        .with("errors.deadletterqueue.topic.replication.factor", "1")
        .post(cluster.rest());
    for (int i = 0; i < 5; i++) {
      cluster.topics().produce(prompts, "k" + i, "{\"prompt\":\"p" + i + "\"}");
    }
    await().atMost(LIMIT).until(() -> submissions(name) == 1);
    await().during(Duration.ofSeconds(3)).atMost(LIMIT).until(() -> submissions(name) == 1);
    assertThat(cluster.rest().status(name).isAll("RUNNING", 1)).isTrue();
    SchemaRegistry late = SchemaRegistry.start(port);
    try {
      cluster.topics().awaitRecords(requests, 5);
      assertThat(submissions(name)).isEqualTo(5);
      cluster.rest().delete(name);
    } finally {
      late.close();
    }
  }

  private static long submissions(String app) {
    return fal.receivedRequests().stream()
        .filter(request -> request.path().equals("/fal-ai/" + app))
        .count();
  }

  @Test
  void controlRecordsOfOlderAndNewerWritersAreRead() {
    Schema older = request().build();
    Schema newer =
        request()
            .field("status_url", Schema.OPTIONAL_STRING_SCHEMA)
            .field("logs", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("team", SchemaBuilder.struct().optional().field("name", TEXT).build())
            .build();
    // The queue sink's schema is the first.
    avro.await(avro.requests, "a request", any -> true);
    avro.control(asking(older, "of-an-older"));
    avro.control(asking(newer, "of-a-newer"));
    for (String id : List.of("of-an-older", "of-a-newer")) {
      assertThat(avro.awaitOutcome(id).getString("endpoint_id")).isEqualTo("a/b");
    }
  }

  /** What the first version had to have, which is what the source needs. */
  private static SchemaBuilder request() {
    return SchemaBuilder.struct()
        .name("io.falconnect.Request")
        .field("request_id", TEXT)
        .field("endpoint_id", TEXT);
  }

  private static Struct asking(Schema schema, String id) {
    return new Struct(schema).put("request_id", id).put("endpoint_id", "a/b");
  }

  /** Under FULL compatibility, both ways: what is optional may come and go, nothing else may. */
  @ParameterizedTest
  @ValueSource(strings = {"requests", "statuses", "results", "streamed", "errors"})
  void optionalFieldsComeAndGo(String kind) {
    String topic = avro.topic(kind);
    byte[] written = avro.bytes(topic);
    AvroSubject subject = new AvroSubject(registry.url(), topic);
    var v1 = subject.first();
    var v2 = AvroSubject.with(v1, "since_v2", "[\"null\",\"string\"]", true);
    subject.requireFull();
    assertThat(subject.accepts(v2)).isTrue();
    assertThat(subject.accepts(AvroSubject.without(v1, AvroSubject.anOptionalField(v1)))).isTrue();
    assertThat(subject.accepts(AvroSubject.with(v1, "needed", "\"string\"", false))).isFalse();
    assertThat(subject.accepts(AvroSubject.without(v1, AvroSubject.aRequiredField(v1)))).isFalse();

    var readByV2 = subject.read(written, v2);
    assertThat(readByV2.get("since_v2")).isNull();
    readByV2.put("since_v2", "new");
    var readByV1 = subject.read(subject.write(readByV2), v1);
    assertThat(readByV1).isEqualTo(subject.read(written, v1));
  }
}
