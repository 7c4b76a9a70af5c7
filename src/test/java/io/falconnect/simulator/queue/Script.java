// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a request from its creation. After the last step the request stays as it is, even if
 * it has not completed.
 *
 * @param manual there are no timers: a test moves the request on
 * @param resultStatus what the result surface answers with once the request is complete
 * @param result the output, or the error's body
 * @param billableUnits what the result says the request costs; null for nothing
 */
public record Script(
    List<ScriptStep> steps,
    boolean manual,
    LogsOnReconnect logsOnReconnect,
    int resultStatus,
    JsonNode result,
    String billableUnits) {

  public Script {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a script needs at least one step");
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** In the queue, in progress, completed, within {@code total}. */
  public static Script lasting(Duration total) {
    return builder()
        .every(total.dividedBy(2))
        .inQueue(0)
        .inProgress("started")
        .completed(total.toMillis() / 2000.0)
        .build();
  }

  /** {@code changes} states, the first at once and the last {@code COMPLETED}. */
  public static Script changing(int changes, Duration interval) {
    Builder builder = builder().every(interval);
    for (int position = changes - 3; position >= 0; position--) {
      builder.inQueue(position);
    }
    if (changes > 1) {
      builder.inProgress();
    }
    return builder.completed(interval.toMillis() / 1000.0).build();
  }

  /** In progress, then a status that fal's stream closes with, other than {@code COMPLETED}. */
  public static Script endingAs(String word) {
    return builder().inProgress().ending(word, null).build();
  }

  public Script withLogs(LogsOnReconnect choice) {
    return new Script(steps, manual, choice, resultStatus, result, billableUnits);
  }

  /** Collects steps in order. */
  public static final class Builder {
    private final List<ScriptStep> steps = new ArrayList<>();
    private Duration every = Duration.ZERO;
    private Duration next;
    private boolean manual;
    private LogsOnReconnect logsOnReconnect = LogsOnReconnect.REPEAT_ALL;
    private int resultStatus = 200;
    private JsonNode result =
        Json.parse("{\"images\":[{\"url\":\"data:,\",\"width\":1,\"height\":1}],\"seed\":7}");

    private String billableUnits;

    private Builder() {}

    /** How long a step lasts, for all that follow. */
    public Builder every(Duration delay) {
      every = delay;
      return this;
    }

    /** How long the step before lasts, for the next step only. */
    public Builder after(Duration delay) {
      next = delay;
      return this;
    }

    public Builder manual() {
      manual = true;
      return this;
    }

    public Builder logsOnReconnect(LogsOnReconnect choice) {
      logsOnReconnect = choice;
      return this;
    }

    public Builder inQueue(long position) {
      return step(ScriptStep.IN_QUEUE, position, List.of(), null, null, null);
    }

    public Builder inProgress(String... lines) {
      return step(ScriptStep.IN_PROGRESS, null, infos(lines), null, null, null);
    }

    public Builder inProgress(List<LogLine> lines) {
      return step(ScriptStep.IN_PROGRESS, null, lines, null, null, null);
    }

    /** A status that fal does not document. */
    public Builder status(String word) {
      return step(word, null, List.of(), null, null, null);
    }

    /** A status that the stream closes with, other than {@code COMPLETED}. */
    public Builder ending(String word, String error) {
      steps.add(new ScriptStep(Duration.ZERO, word, null, List.of(), null, error, null, true));
      return this;
    }

    /** Completed without metrics. */
    public Builder completed(String... lines) {
      return step(ScriptStep.COMPLETED, null, infos(lines), null, null, null);
    }

    public Builder completed(double inferenceTime, String... lines) {
      return step(ScriptStep.COMPLETED, null, infos(lines), inferenceTime, null, null);
    }

    /** Completed with an error. */
    public Builder failed(String error, String errorType, int status) {
      resultStatus = status;
      result = Json.object().put("detail", error).put("error_type", errorType);
      return step(ScriptStep.COMPLETED, null, List.of(), null, error, errorType);
    }

    public Builder output(String json) {
      result = Json.parse(json);
      return this;
    }

    public Builder result(int status, String json) {
      resultStatus = status;
      result = Json.parse(json);
      return this;
    }

    public Builder billing(String units) {
      billableUnits = units;
      return this;
    }

    public Script build() {
      return new Script(steps, manual, logsOnReconnect, resultStatus, result, billableUnits);
    }

    private Builder step(
        String word, Long position, List<LogLine> lines, Double time, String error, String type) {
      Duration delay = next != null ? next : every;
      next = null;
      steps.add(new ScriptStep(delay, word, position, lines, time, error, type, false));
      return this;
    }

    private static List<LogLine> infos(String... lines) {
      return List.of(lines).stream().map(LogLine::info).toList();
    }
  }
}
