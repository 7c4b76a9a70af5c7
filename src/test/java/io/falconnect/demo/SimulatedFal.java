// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The simulator, in this JVM, with a key of its own and a life for each request. */
final class SimulatedFal implements Fal {
  private final String key = "simulated-" + UUID.randomUUID();
  private final List<Scene> scenes = Scenes.all();
  private final FalSimulator simulator =
      FalSimulator.start(SimulatorConfig.builder().apiKey(key).build());

  @Override
  public String name() {
    return "fal simulator at " + queueUrl();
  }

  @Override
  public String queueUrl() {
    return simulator.queueUrl();
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public List<Order> orders() {
    return scenes.stream().map(Scene::order).toList();
  }

  @Override
  public void expect(Order order) {
    scenes.stream()
        .filter(scene -> scene.order().equals(order))
        .forEach(scene -> simulator.script(order.endpoint(), scene.script()));
  }

  @Override
  public void check(Map<String, Long> outcomes) {
    Map<String, Long> expected =
        scenes.stream()
            .map(Scene::outcome)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    if (!outcomes.equals(expected)) {
      throw new DemoException("The outcomes are " + outcomes + ", they should be " + expected);
    }
  }

  @Override
  public void close() {
    simulator.close();
  }
}
