// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.stream.Collectors;

/** What is left to say at the end. */
final class Summary {
  private static final int OUTPUT = 90;

  private final PrintStream out;
  private final Board board;

  Summary(PrintStream out, Board board) {
    this.out = out;
    this.board = board;
  }

  void print(Stage stage, double seconds) {
    out.printf("%nResults, from topic %s:%n", stage.resultTopic());
    board.results().forEach(this::result);
    String outcomes =
        board.outcomes().entrySet().stream()
            .map(outcome -> outcome.getValue() + " " + outcome.getKey())
            .collect(Collectors.joining(", "));
    out.printf(
        "%n%d requests: %s. %d status events, each request's numbered from 0 without gap or repeat."
            + " %d results. %.1f s.%n",
        board.rows().size(), outcomes, board.events(), board.results().size(), seconds);
    out.printf("The worker's log: %s%n", stage.workerLog());
  }

  private void result(JsonNode result) {
    JsonNode shown = result.hasNonNull("output") ? result.path("output") : result.path("error");
    out.printf(
        "%-8s  HTTP %d  %s%n",
        Columns.id(result.path("request_id").asText()),
        result.path("http_status").asInt(),
        Columns.cut(shown.isTextual() ? shown.asText() : shown.toString(), OUTPUT));
  }
}
