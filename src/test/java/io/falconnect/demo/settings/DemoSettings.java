// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.EndpointId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The settings of the demo, from system properties and the environment.
 *
 * @param key of the real fal; null with the simulator
 * @param urls of the real fal, by the keys of connectors; a test has them point elsewhere
 * @param endpoint for the prompt to the real fal
 * @param input the prompt
 * @param realtimeEndpoint of the real fal, if there is to be a realtime scene with it
 * @param realtimeInput for it
 * @param limit how long anything may take
 */
public record DemoSettings(
    boolean real,
    String key,
    Map<String, String> urls,
    String endpoint,
    String input,
    Optional<String> realtimeEndpoint,
    String realtimeInput,
    Duration limit) {
  private static final String KEY = "FAL_KEY";
  private static final String ENDPOINT = "fal-ai/flux/schnell";
  private static final String INPUT =
      "{\"prompt\":\"a lighthouse at dawn, watercolour\",\"image_size\":\"square\",\"num_images\":1}";
  private static final String REALTIME_INPUT = "{\"prompt\":\"a lighthouse at dawn, watercolour\"}";

  public static DemoSettings read(Properties properties, Map<String, String> environment) {
    boolean real = isReal(readText(properties, "demo.fal").orElse("simulator"));
    return new DemoSettings(
        real,
        real ? requireKey(environment) : null,
        readUrls(properties),
        readEndpoint(properties, "demo.endpoint").orElse(ENDPOINT),
        readInput(properties, "demo.input").orElse(INPUT),
        readEndpoint(properties, "demo.realtime.endpoint"),
        readInput(properties, "demo.realtime.input").orElse(REALTIME_INPUT),
        parseLimit(readText(properties, "demo.limit.s").orElse(real ? "600" : "60")));
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return (real ? "real" : "simulated") + " fal, " + endpoint + ", " + limit.toSeconds() + " s";
  }

  private static boolean isReal(String choice) {
    return switch (choice) {
      case "real" -> true;
      case "simulator" -> false;
      default -> throw new DemoException("demo.fal is simulator or real, not \"" + choice + "\".");
    };
  }

  private static String requireKey(Map<String, String> environment) {
    String key = environment.getOrDefault(KEY, "").trim();
    if (key.isEmpty()) {
      throw new DemoException(
          "demo.fal=real needs your fal key: set the environment variable " + KEY + ".");
    }
    return key;
  }

  private static Map<String, String> readUrls(Properties properties) {
    return Map.of(
        "fal.queue.url", readText(properties, "demo.queue.url").orElse("https://queue.fal.run"),
        "fal.run.url", readText(properties, "demo.run.url").orElse("https://fal.run"),
        "fal.rest.url", readText(properties, "demo.rest.url").orElse("https://rest.fal.ai"));
  }

  private static Optional<String> readEndpoint(Properties properties, String name) {
    try {
      return readText(properties, name).map(id -> EndpointId.parse(id).value());
    } catch (IllegalArgumentException e) {
      throw new DemoException(name + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> readInput(Properties properties, String name) {
    Optional<String> input = readText(properties, name);
    try {
      if (input.isEmpty() || new ObjectMapper().readTree(input.get()).isObject()) {
        return input;
      }
    } catch (JsonProcessingException e) {
      throw new DemoException(name + " is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new DemoException(name + " is not a JSON object: " + input.get());
  }

  private static Duration parseLimit(String seconds) {
    try {
      return Duration.ofSeconds(Integer.parseUnsignedInt(seconds));
    } catch (NumberFormatException e) {
      throw new DemoException("demo.limit.s is a number of seconds, not \"" + seconds + "\".", e);
    }
  }

  private static Optional<String> readText(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name))
        .map(String::trim)
        .filter(text -> !text.isEmpty());
  }
}
