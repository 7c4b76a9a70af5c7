// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.stream.Collectors;

/** What is left to say at the end. */
final class Summary {
  private static final int OUTPUT = 100;

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
    int requests = board.rows().size();
    out.printf(
        "%n%d %s: %s. %d status events, numbered from 0 for each request, without gap or repeat."
            + " %d results. %.1f s.%n",
        requests,
        requests == 1 ? "request" : "requests",
        outcomes,
        board.events(),
        board.results().size(),
        seconds);
    out.printf("The worker's log: %s%n", stage.workerLog());
  }

  private void result(JsonNode result) {
    String shown =
        result.hasNonNull("output")
            ? "HTTP " + result.path("http_status").asInt() + "  " + result.path("output")
            : result.path("error").asText();
    out.printf(
        "%-8s  %s%n", Columns.id(result.path("request_id").asText()), Columns.cut(shown, OUTPUT));
  }
}
