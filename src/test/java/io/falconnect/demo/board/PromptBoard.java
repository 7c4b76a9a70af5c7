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

/** Every prompt and what topics have shown of it so far, joined by record headers alone. */
public final class PromptBoard {
  private final Map<RecordPosition, PromptRow> rows = new LinkedHashMap<>();
  private final Map<RecordPosition, RecordPosition> promptOfRequest = new HashMap<>();
  private int statusCount;

  /** A prompt was written to its topic. */
  public void onWritten(RecordPosition prompt, String key) {
    rows.put(prompt, PromptRow.ofPrompt(key));
  }

  /** A request was submitted for a prompt. */
  public PromptRow onSubmitted(DemoRecord request) {
    promptOfRequest.put(request.position(), request.inputPosition());
    return changeRow(request.inputPosition(), row -> row.withRequest(request.key()));
  }

  /** Whether the request of a status or result record is known. */
  public boolean hasRequestOf(DemoRecord told) {
    return promptOfRequest.containsKey(told.requestPosition());
  }

  /** A status event of a known request. */
  public PromptRow onStatus(DemoRecord event) {
    statusCount++;
    return changeRow(
        promptOfRequest.get(event.requestPosition()), row -> row.withStatus(event.value()));
  }

  /** The result of a known request. */
  public PromptRow onResult(DemoRecord result) {
    return changeRow(
        promptOfRequest.get(result.requestPosition()), row -> row.withResult(result.value()));
  }

  private PromptRow changeRow(RecordPosition prompt, UnaryOperator<PromptRow> change) {
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

  public int submissionCount() {
    return promptOfRequest.size();
  }

  public int statusCount() {
    return statusCount;
  }

  /** The rows that have a result. */
  public List<PromptRow> rowsWithResult() {
    List<PromptRow> with = new ArrayList<>(rows.values());
    with.removeIf(row -> row.result() == null);
    return with;
  }

  /** The number of requests by outcome. */
  public Map<String, Long> countOutcomes() {
    return rows.values().stream()
        .filter(PromptRow::hasOutcome)
        .map(PromptRow::outcome)
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  /** Whether all requests have ended and all expected results have arrived. */
  public boolean isComplete() {
    return rows.values().stream().allMatch(PromptRow::isComplete);
  }
}
