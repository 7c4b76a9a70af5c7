// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All that the status and the result topic have told so far. */
final class Board {
  private static final Set<String> WITH_RESULT = Set.of("SUCCEEDED", "FAILED");

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, JsonNode> results = new LinkedHashMap<>();
  private int events;

  /** Takes a status event and returns what the request's row is now. */
  Row event(JsonNode event) {
    events++;
    return rows.compute(
        event.path("request_id").asText(), (id, before) -> Row.after(before, event));
  }

  /** Takes a result. */
  void result(JsonNode result) {
    String id = result.path("request_id").asText();
    if (results.put(id, result) != null) {
      throw new DemoException("Request " + id + ": a second result came.");
    }
  }

  Collection<Row> rows() {
    return rows.values();
  }

  Collection<JsonNode> results() {
    return results.values();
  }

  int events() {
    return events;
  }

  /** How many requests ended how. */
  Map<String, Long> outcomes() {
    return rows.values().stream()
        .filter(Row::over)
        .map(Row::outcome)
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  /** Whether so many requests are over, and the results of those that have one are here. */
  boolean complete(int requests) {
    return rows.size() == requests
        && rows.values().stream().allMatch(Row::over)
        && rows.values().stream()
            .filter(row -> WITH_RESULT.contains(row.outcome()))
            .allMatch(row -> results.containsKey(row.requestId()));
  }
}
