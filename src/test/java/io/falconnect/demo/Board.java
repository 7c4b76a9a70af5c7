// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Every prompt, and all that topics have told of it so far, found by their headers alone. */
final class Board {
  private final Map<Place, Row> rows = new LinkedHashMap<>();
  private final Map<Place, Place> promptOfRequest = new HashMap<>();
  private int events;

  /** A prompt is in its topic. */
  void written(Place prompt, String key) {
    rows.put(prompt, Row.written(key));
  }

  /** Fal has made a request of a prompt. */
  Row submitted(Message request) {
    promptOfRequest.put(request.place(), request.input());
    return change(request.input(), row -> row.submitted(request.key()));
  }

  /** Whether the request is here that a status or a result leads back to. */
  boolean knows(Message told) {
    return promptOfRequest.containsKey(told.request());
  }

  /** A status event of a known request. */
  Row event(Message event) {
    events++;
    return change(promptOfRequest.get(event.request()), row -> row.after(event.value()));
  }

  /** The result of a known request. */
  Row result(Message result) {
    return change(promptOfRequest.get(result.request()), row -> row.with(result.value()));
  }

  private Row change(Place prompt, UnaryOperator<Row> change) {
    Row row = rows.computeIfPresent(prompt, (place, before) -> change.apply(before));
    if (row == null) {
      throw new DemoException("No prompt was written to " + prompt + ".");
    }
    return row;
  }

  /** In the order of the prompts. */
  Collection<Row> rows() {
    return rows.values();
  }

  int submissions() {
    return promptOfRequest.size();
  }

  int events() {
    return events;
  }

  /** The rows that have a result. */
  List<Row> results() {
    List<Row> with = new ArrayList<>(rows.values());
    with.removeIf(row -> row.result() == null);
    return with;
  }

  /** How many requests ended how. */
  Map<String, Long> outcomes() {
    return rows.values().stream()
        .filter(Row::over)
        .map(Row::outcome)
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  /** Whether all requests are over, and the results of those that have one are here. */
  boolean complete() {
    return rows.values().stream().allMatch(Row::complete);
  }
}
