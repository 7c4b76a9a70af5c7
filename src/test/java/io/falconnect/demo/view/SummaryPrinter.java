// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.view;

import io.falconnect.demo.board.PromptBoard;
import io.falconnect.demo.board.PromptRow;
import java.io.PrintStream;
import java.util.stream.Collectors;

/** Prints the results of all prompts and a summary. */
public final class SummaryPrinter {
  private static final int OUTPUT = 100;

  private final PrintStream out;
  private final PromptBoard board;

  public SummaryPrinter(PrintStream out, PromptBoard board) {
    this.out = out;
    this.board = board;
  }

  public void print(String resultTopic) {
    out.printf("%nResults, from topic %s:%n", resultTopic);
    board.rowsWithResult().forEach(this::printResult);
    String outcomes =
        board.countOutcomes().entrySet().stream()
            .map(outcome -> outcome.getValue() + " " + outcome.getKey())
            .collect(Collectors.joining(", "));
    out.printf(
        "%nPrompts: %d, submitted: %d, outcomes: %s, results: %d.%n",
        board.rows().size(), board.submissionCount(), outcomes, board.rowsWithResult().size());
    out.printf(
        "Each of %d status events and each result led back to its prompt by its headers; events are"
            + " numbered from 0 for each request, without gap or repeat.%n",
        board.statusCount());
  }

  private void printResult(PromptRow row) {
    String shown =
        row.result().hasNonNull("output")
            ? RowFormat.httpStatus(row) + "  " + row.result().path("output")
            : row.result().path("error").asText();
    out.printf(
        "%-12s  %-8s  %s%n",
        row.prompt(), RowFormat.shortId(row.requestId()), RowFormat.abbreviate(shown, OUTPUT));
  }
}
