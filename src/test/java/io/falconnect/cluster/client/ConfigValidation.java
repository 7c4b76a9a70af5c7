// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker's answer to the validation of a configuration.
 *
 * @param errorCount how many keys are in error
 * @param errors per key in error its messages
 * @param answer all of it
 */
public record ConfigValidation(int errorCount, Map<String, List<String>> errors, JsonNode answer) {

  static ConfigValidation of(JsonNode answer) {
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (JsonNode config : answer.path("configs")) {
      List<String> messages = new ArrayList<>();
      config.path("value").path("errors").forEach(message -> messages.add(message.asText()));
      if (!messages.isEmpty()) {
        errors.put(config.path("value").path("name").asText(), messages);
      }
    }
    return new ConfigValidation(answer.path("error_count").asInt(), errors, answer);
  }
}
