// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.EndpointId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the demo was asked for.
 *
 * @param key of the real fal; null with the simulator
 * @param queueUrl of the real fal; a test has it point elsewhere
 * @param order for the real fal
 * @param limit how long the requests may take
 */
record DemoSettings(boolean real, String key, String queueUrl, Order order, Duration limit) {
  private static final String KEY = "FAL_KEY";
  private static final String ENDPOINT = "fal-ai/flux/schnell";
  private static final String INPUT =
      "{\"prompt\":\"a lighthouse at dawn, watercolour\",\"image_size\":\"square\",\"num_images\":1}";

  static DemoSettings of(Properties properties, Map<String, String> environment) {
    boolean real = real(text(properties, "demo.fal").orElse("simulator"));
    String key = real ? key(environment) : null;
    Order order =
        new Order(
            endpoint(text(properties, "demo.endpoint").orElse(ENDPOINT)),
            input(text(properties, "demo.input").orElse(INPUT)));
    return new DemoSettings(
        real,
        key,
        text(properties, "demo.queue.url").orElse("https://queue.fal.run"),
        order,
        limit(text(properties, "demo.limit.s").orElse(real ? "600" : "60")));
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return (real ? "real" : "simulated") + " fal, " + order + ", " + limit.toSeconds() + " s";
  }

  private static boolean real(String choice) {
    return switch (choice) {
      case "real" -> true;
      case "simulator" -> false;
      default -> throw new DemoException("demo.fal is simulator or real, not \"" + choice + "\".");
    };
  }

  private static String key(Map<String, String> environment) {
    String key = environment.getOrDefault(KEY, "").trim();
    if (key.isEmpty()) {
      throw new DemoException(
          "demo.fal=real needs your fal key: set the environment variable " + KEY + ".");
    }
    return key;
  }

  private static String endpoint(String id) {
    try {
      return EndpointId.parse(id).value();
    } catch (IllegalArgumentException e) {
      throw new DemoException("demo.endpoint: " + e.getMessage(), e);
    }
  }

  private static String input(String json) {
    try {
      if (new ObjectMapper().readTree(json).isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new DemoException("demo.input is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new DemoException("demo.input is not a JSON object: " + json);
  }

  private static Duration limit(String seconds) {
    try {
      return Duration.ofSeconds(Integer.parseUnsignedInt(seconds));
    } catch (NumberFormatException e) {
      throw new DemoException("demo.limit.s is a number of seconds, not \"" + seconds + "\".", e);
    }
  }

  private static Optional<String> text(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name))
        .map(String::trim)
        .filter(text -> !text.isEmpty());
  }
}
