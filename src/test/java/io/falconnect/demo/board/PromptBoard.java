// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.board;

import io.falconnect.demo.settings.DemoException;
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
public final class PromptBoard {
  private final Map<RecordPosition, PromptRow> rows = new LinkedHashMap<>();
  private final Map<RecordPosition, RecordPosition> promptOfRequest = new HashMap<>();
  private int events;

  /** A prompt is in its topic. */
  public void written(RecordPosition prompt, String key) {
    rows.put(prompt, PromptRow.written(key));
  }

  /** Fal has made a request of a prompt. */
  public PromptRow submitted(DemoRecord request) {
    promptOfRequest.put(request.place(), request.input());
    return change(request.input(), row -> row.submitted(request.key()));
  }

  /** Whether the request is here that a status or a result leads back to. */
  public boolean knows(DemoRecord told) {
    return promptOfRequest.containsKey(told.request());
  }

  /** A status event of a known request. */
  public PromptRow event(DemoRecord event) {
    events++;
    return change(promptOfRequest.get(event.request()), row -> row.after(event.value()));
  }

  /** The result of a known request. */
  public PromptRow result(DemoRecord result) {
    return change(promptOfRequest.get(result.request()), row -> row.with(result.value()));
  }

  private PromptRow change(RecordPosition prompt, UnaryOperator<PromptRow> change) {
    PromptRow row = rows.computeIfPresent(prompt, (place, before) -> change.apply(before));
    if (row == null) {
      throw new DemoException("No prompt was written to " + prompt + ".");
    }
    return row;
  }

  /** In the order of the prompts. */
  public Collection<PromptRow> rows() {
    return rows.values();
  }

  public int submissions() {
    return promptOfRequest.size();
  }

  public int events() {
    return events;
  }

  /** The rows that have a result. */
  public List<PromptRow> results() {
    List<PromptRow> with = new ArrayList<>(rows.values());
    with.removeIf(row -> row.result() == null);
    return with;
  }

  /** How many requests ended how. */
  public Map<String, Long> outcomes() {
    return rows.values().stream()
        .filter(PromptRow::over)
        .map(PromptRow::outcome)
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  /** Whether all requests are over, and the results of those that have one are here. */
  public boolean complete() {
    return rows.values().stream().allMatch(PromptRow::complete);
  }
}
