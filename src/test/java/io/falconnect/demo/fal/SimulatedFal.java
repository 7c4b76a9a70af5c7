// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.demo.settings.DemoException;
import io.falconnect.demo.settings.SampleFiles;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import io.falconnect.simulator.realtime.RealtimeApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The simulator in this JVM, with a random key and a script for each prompt. */
final class SimulatedFal implements DemoFal {
  /** An app that echoes its input. */
  private static final RealtimeApp APP =
      RealtimeApp.builder().work(Duration.ofMillis(150)).echoesRequestId(false).build();

  private final String key = "simulated-" + UUID.randomUUID();
  private final List<ScriptedPrompt> scenes = ScriptedPrompts.createAll();
  private final FalSimulator simulator =
      FalSimulator.start(SimulatorConfig.builder().apiKey(key).build());

  SimulatedFal() {
    simulator.setScript(endpointOf(SampleFiles.QUEUE_SINK), this::scriptFor);
    simulator.registerRealtimeApp(endpointOf(SampleFiles.REALTIME_SINK), APP);
  }

  private static String endpointOf(String sample) {
    return SampleConnector.load(sample).get("fal.endpoint.id");
  }

  private Script scriptFor(JsonNode input) {
    return scenes.stream()
        .filter(scene -> scene.prompt().input().equals(input.toString()))
        .findFirst()
        .orElseThrow(() -> new DemoException("Nothing was to be submitted like " + input))
        .script();
  }

  @Override
  public String name() {
    return "the fal simulator at " + simulator.queueUrl();
  }

  @Override
  public Map<String, String> urls() {
    return Map.of(
        "fal.queue.url", simulator.queueUrl(),
        "fal.run.url", simulator.runUrl(),
        "fal.rest.url", simulator.restUrl());
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Map<String, String> queueSettings() {
    return Map.of();
  }

  @Override
  public List<Prompt> prompts() {
    return scenes.stream().map(ScriptedPrompt::prompt).toList();
  }

  @Override
  public void checkOutcomes(Map<String, Long> outcomes) {
    Map<String, Long> expected =
        scenes.stream()
            .map(ScriptedPrompt::outcome)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    if (!outcomes.equals(expected)) {
      throw new DemoException("The outcomes are " + outcomes + ", they should be " + expected);
    }
  }

  @Override
  public Map<String, String> realtimeSettings() {
    return Map.of();
  }

  @Override
  public List<Prompt> realtimeInputs() {
    return ScriptedPrompts.realtimeInputs();
  }

  @Override
  public void close() {
    simulator.close();
  }
}
