// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.pipeline;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From prompts to results, through two connectors, while workers are killed. */
class PipelineIT {
  private static final String API_KEY = "id:secret";
  private static final int PROMPTS = 1_000;
  private static final Duration LATE = Duration.ofMillis(100);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    Script life = Script.lasting(Duration.ofSeconds(1));
    fal = FalSimulator.start(SimulatorConfig.builder().apiKey(API_KEY).defaultScript(life).build());
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @Test
  void everyPromptComesToItsResultThoughWorkersAreKilledOnTheWay() {
    try (PipelineScene scene = PipelineScene.start(fal, API_KEY, 2)) {
      fal.attachFault(Surface.SUBMIT, Fault.delayedAnswer(LATE), 600);
      scene.prompt(0, 600);
      scene.await(scene.requests(), "150 requests", records -> records.size() >= 150);
      scene.restartWorkerOf(scene.sink);
      assertThat(fal.submittedIds()).as("killed in the middle of submissions").hasSizeLessThan(600);
      scene.awaitAllReady();

      scene.prompt(600, PROMPTS);
      scene.await(scene.requests(), "750 requests", records -> records.size() >= 750);
      scene.restartWorkerOf(scene.source);
      assertThat(succeeded(scene.read(scene.statuses())))
          .as("killed in the middle of statuses")
          .hasSizeLessThan(PROMPTS);

      scene.awaitSubmitted(PROMPTS);
      List<ConsumerRecord<String, String>> requests = scene.read(scene.requests());
      scene.await(scene.results(), "all results", records -> records.size() >= requests.size());
      assertWhole(scene, requests);
    }
  }

  private static void assertWhole(
      PipelineScene scene, List<ConsumerRecord<String, String>> requests) {
    List<String> ids = requests.stream().map(ConsumerRecord::key).toList();
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(fal.submittedIds()).containsAll(ids);
    assertThat(scene.read(scene.failed())).isEmpty();

    Traces traces = new Traces(scene.read(scene.prompts()), requests);
    requests.forEach(request -> assertIsOf(request, traces.promptOfRequest(request)));
    List<ConsumerRecord<String, String>> statuses = scene.read(scene.statuses());
    Histories.assertWhole(byRequest(statuses), ids);
    assertAllPrompts(traces.keysOfPrompts(succeeded(statuses)), ids.size());

    List<ConsumerRecord<String, String>> results = scene.read(scene.results());
    assertThat(results.stream().map(ConsumerRecord::key)).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(results).allMatch(result -> json(result).path("http_status").asInt() == 200);
    assertAllPrompts(traces.keysOfPrompts(results), ids.size());
  }

  /** What fal was given is what the prompt says: also where it was given twice. */
  private static void assertIsOf(
      ConsumerRecord<String, String> request, ConsumerRecord<String, String> prompt) {
    assertThat(fal.request(request.key()).input()).isEqualTo(json(prompt));
  }

  /** Every prompt at least once; more often only where it was submitted again. */
  private static void assertAllPrompts(List<String> keys, int requests) {
    assertThat(keys).hasSize(requests);
    assertThat(keys.stream().distinct())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, PROMPTS).mapToObj(i -> "k" + i).toList());
    assertThat(requests - PROMPTS).as("submissions again").isLessThan(PROMPTS / 2);
  }

  private static List<ConsumerRecord<String, String>> succeeded(
      List<ConsumerRecord<String, String>> statuses) {
    return statuses.stream()
        .filter(status -> json(status).path("outcome").asText().equals("SUCCEEDED"))
        .toList();
  }

  private static Map<String, List<JsonNode>> byRequest(
      List<ConsumerRecord<String, String>> statuses) {
    return statuses.stream()
        .collect(groupingBy(ConsumerRecord::key, mapping(PipelineIT::json, toList())));
  }

  private static JsonNode json(ConsumerRecord<String, String> record) {
    try {
      return JSON.readTree(record.value());
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + record, e);
    }
  }
}
