// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The status of a connector in a worker's REST API.
 *
 * @param trace why it failed, empty unless it did
 */
public record ConnectorStatus(
    String name, String state, String workerId, String trace, List<Task> tasks) {

  /**
   * The status of a task in a worker's REST API.
   *
   * @param trace why it failed, empty unless it did
   */
  public record Task(int id, String state, String workerId, String trace) {}

  /** Whether the connector and exactly so many tasks are in a state. */
  public boolean isAll(String expected, int taskCount) {
    return state.equals(expected)
        && tasks.size() == taskCount
        && tasks.stream().allMatch(task -> task.state().equals(expected));
  }

  /** Whether the connector or any task has failed. */
  public boolean isFailed() {
    return state.equals("FAILED") || tasks.stream().anyMatch(task -> task.state().equals("FAILED"));
  }

  /** The traces of the connector and all tasks, one after the other. */
  public String traces() {
    StringBuilder all = new StringBuilder(trace);
    tasks.forEach(task -> all.append(task.trace()));
    return all.toString();
  }

  static ConnectorStatus of(JsonNode answer) {
    JsonNode connector = answer.path("connector");
    return new ConnectorStatus(
        answer.path("name").asText(),
        connector.path("state").asText(),
        connector.path("worker_id").asText(),
        connector.path("trace").asText(),
        StreamSupport.stream(answer.path("tasks").spliterator(), false)
            .map(ConnectorStatus::task)
            .toList());
  }

  private static Task task(JsonNode task) {
    return new Task(
        task.path("id").asInt(),
        task.path("state").asText(),
        task.path("worker_id").asText(),
        task.path("trace").asText());
  }
}
