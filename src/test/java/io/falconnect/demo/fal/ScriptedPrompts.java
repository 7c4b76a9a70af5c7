// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Eight prompts whose requests take different ways in about ten seconds, and realtime inputs. */
final class ScriptedPrompts {
  private ScriptedPrompts() {}

  static List<ScriptedPrompt> createAll() {
    return List.of(
        succeeding("dawn", image("dawn", 3, 4)),
        succeeding("noon", image("noon", 1, 4)),
        succeeding("dusk", image("dusk", 4, 8)),
        new ScriptedPrompt(prompt("flood"), refused(), "FAILED"),
        succeeding("storm", image("storm", 2, 12)),
        succeeding("fog", atOnce()),
        succeeding("night", image("night", 5, 6)),
        succeeding("winter", image("winter", 0, 10)));
  }

  /** Inputs to the realtime app. */
  static List<Prompt> realtimeInputs() {
    return Stream.of("tower", "gallery", "lantern", "rocks", "sea", "moon")
        .map(part -> new Prompt(part, "{\"prompt\":\"a lighthouse: the " + part + "\"}"))
        .toList();
  }

  private static ScriptedPrompt succeeding(String key, Script script) {
    return new ScriptedPrompt(prompt(key), script, "SUCCEEDED");
  }

  private static Prompt prompt(String key) {
    return new Prompt(key, "{\"prompt\":\"a lighthouse, " + key + "\"}");
  }

  private static Script image(String key, int ahead, int steps) {
    Script.Builder life = lasting(700);
    for (int position = ahead; position >= 0; position--) {
      life.inQueue(position);
    }
    life.inProgress("Loading the model");
    for (int step = 2; step <= steps; step += 2) {
      life.inProgress("Step " + step + " of " + steps);
    }
    return life.completed(steps * 0.35, "Image saved").output(output(key)).build();
  }

  private static Script refused() {
    return lasting(1_000)
        .inQueue(0)
        .inProgress("Loading the model")
        .failed("The image is larger than the model's limit", "image_too_large", 422)
        .build();
  }

  private static Script atOnce() {
    return Script.builder().completed(0.1, "From the cache").output(output("fog")).build();
  }

  private static String output(String key) {
    return "{\"images\":[{\"url\":\"https://example.com/%s.png\",\"width\":512,\"height\":512}]}"
        .formatted(key);
  }

  private static Script.Builder lasting(int millisEach) {
    return Script.builder().every(Duration.ofMillis(millisEach));
  }
}
