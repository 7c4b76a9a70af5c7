// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs to a realtime app, and results back. */
class RealtimeSinkIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack"})
  void everyInputHasItsResult(String encoding) {
    try (SinkScene scene =
        SinkScene.realtime(SharedCluster.get(), fal, 3).with("realtime.encoding", encoding)) {
      RealtimeHandle app =
          fal.registerRealtimeApp(
              scene.endpoint,
              RealtimeApp.builder().binaryOnly(encoding.equals("msgpack")).images(true).build());
      scene.start(1);
      scene.sendAll(200, i -> "{\"prompt\":\"cat " + i + "\"}");

      Map<String, List<JsonNode>> results = scene.awaitFinal(200);
      assertThat(results).hasSize(200);
      results.forEach(
          (key, frames) -> {
            assertThat(frames).as(key).hasSize(1);
            JsonNode result = frames.get(0);
            assertThat(result.at("/output/echo/prompt").asText())
                .isEqualTo("cat " + key.substring(1));
            assertThat(result.at("/output/images/0/content").asText()).isEqualTo("/9j/AAECAw==");
            assertThat(result.path("request_id").asText())
                .isEqualTo(result.at("/output/request_id").asText());
            assertThat(result.path("endpoint_id").asText()).isEqualTo(scene.endpoint);
            assertThat(result.path("input_topic").asText()).isEqualTo(scene.inputs);
            assertThat(result.path("error").isNull()).isTrue();
          });
      assertThat(app.droppedInputs()).isEmpty();
      assertThat(app.maxOpenSessions()).isEqualTo(1);
    }
  }

  @Test
  void traceHeadersGoOnAndCoordinatesAreAdded() {
    try (SinkScene scene = SinkScene.realtime(SharedCluster.get(), fal, 1).start(1)) {
      ProducerRecord<byte[], byte[]> input =
          new ProducerRecord<>(scene.inputs, null, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
      String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      input.headers().add("traceparent", trace.getBytes(StandardCharsets.UTF_8));
      scene.topics().produce(input);

      ConsumerRecord<String, String> result = scene.topics().awaitRecords(scene.results, 1).get(0);
      JsonNode value = SinkScene.json(result.value());
      assertThat(result.key()).isEqualTo(value.path("request_id").asText());
      assertThat(header(result, "traceparent")).isEqualTo(trace);
      assertThat(header(result, "fal.request_id")).isEqualTo(result.key());
      assertThat(header(result, "fal.input.topic")).isEqualTo(scene.inputs);
      assertThat(header(result, "fal.input.partition")).isEqualTo("0");
      assertThat(header(result, "fal.input.offset")).isEqualTo("0");
    }
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
