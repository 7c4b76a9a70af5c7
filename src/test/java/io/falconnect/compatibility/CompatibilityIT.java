// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.compatibility;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerMetrics;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.docs.MetricsPage;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The archive on workers of older Kafka releases. That of the newest is what all other integration
 * tests run on.
 */
class CompatibilityIT {
  private static final String API_KEY = "id:secret";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    Script life = Script.lasting(Duration.ofMillis(200));
    fal = FalSimulator.start(SimulatorConfig.builder().apiKey(API_KEY).defaultScript(life).build());
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.9", "4.1"})
  void everyConnectorRunsToItsResults(String release) {
    try (KafkaCluster cluster = worker(release)) {
      assertThat(cluster.rest().request("GET", "/", null).path("version").asText())
          .startsWith(release + ".");
      assertThat(cluster.rest().plugins())
          .filteredOn(plugin -> plugin.startsWith("io.falconnect."))
          .containsExactlyInAnyOrder(
              "io.falconnect.sink.FalQueueSinkConnector",
              "io.falconnect.sink.FalRealtimeSinkConnector",
              "io.falconnect.sink.FalStreamSinkConnector",
              "io.falconnect.source.FalStatusSourceConnector");
      SampleConnectors connectors = new SampleConnectors(cluster, fal, "kafka-" + release + "-");
      connectors.post();
      connectors.write(connectors.queue, "k", "{\"prompt\":\"a lighthouse\"}");
      connectors.write(connectors.realtime, "k", "{\"prompt\":\"a harbour\"}");

      assertRequest(connectors);
      assertOutputs(connectors);
      assertMetrics(cluster.worker(), connectors);
      assertThat(cluster.worker().log())
          .doesNotContain("NoSuchMethodError", "NoClassDefFoundError", "AbstractMethodError");
    }
  }

  /** The prompt is submitted and its request watched to its end. */
  private static void assertRequest(SampleConnectors connectors) {
    ConsumerRecord<String, String> result =
        connectors.await(connectors.source, "result.topic", results -> !results.isEmpty()).get(0);
    assertThat(json(result).path("http_status").asInt()).isEqualTo(200);
    List<ConsumerRecord<String, String>> events =
        connectors.await(
            connectors.source,
            "status.topic",
            told -> told.stream().anyMatch(event -> json(event).hasNonNull("outcome")));
    Histories.assertWhole(
        events.stream()
            .collect(groupingBy(ConsumerRecord::key, mapping(CompatibilityIT::json, toList()))),
        List.of(result.key()));
  }

  /** The same prompt is streamed too, and the realtime app has one output for its input. */
  private static void assertOutputs(SampleConnectors connectors) {
    assertThat(connectors.await(connectors.stream, "result.topic", results -> results.size() >= 3))
        .extracting(frame -> json(frame).path("final").asBoolean())
        .containsExactly(false, false, true);
    JsonNode frame =
        json(
            connectors
                .await(connectors.realtime, "result.topic", results -> !results.isEmpty())
                .get(0));
    assertThat(frame.path("final").asBoolean()).isTrue();
    assertThat(frame.path("error").isNull()).isTrue();
  }

  /** Those that the page names, whether the worker has a place for them or not. */
  private static void assertMetrics(ConnectWorker worker, SampleConnectors connectors) {
    MetricsPage page = MetricsPage.read();
    try (WorkerMetrics metrics = WorkerMetrics.connectTo(worker)) {
      assertThat(metrics.readTask(connectors.source.name(), 0)).containsOnlyKeys(page.ofSource());
      assertThat(metrics.readTask(connectors.source.name(), 0).get("results-total")).isEqualTo(1);
      assertThat(metrics.readTask(connectors.queue.name(), 0))
          .containsOnlyKeys(page.ofSink("queue"));
      assertThat(metrics.readTask(connectors.stream.name(), 0))
          .containsOnlyKeys(page.ofSink("stream"));
      Map<String, Double> realtime = metrics.readTask(connectors.realtime.name(), 0);
      assertThat(realtime).containsOnlyKeys(page.ofSink("realtime"));
      assertThat(realtime.get("token-mints-total")).isPositive();
    }
  }

  private static KafkaCluster worker(String release) {
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("kafka-" + release)
            .classPath(BuildOutput.kafkaClassPath(release))
            .jdk(Jdks.workerJdk())
            .environment("FAL_KEY", API_KEY);
    return KafkaCluster.start(SharedCluster.broker(), options, 1);
  }

  private static JsonNode json(ConsumerRecord<String, String> message) {
    try {
      return JSON.readTree(message.value());
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + message, e);
    }
  }
}
