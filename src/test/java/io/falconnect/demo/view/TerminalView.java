// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.view;

import io.falconnect.demo.board.PromptBoard;
import io.falconnect.demo.board.PromptRow;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table on a terminal that is redrawn in place. */
final class TerminalView implements BoardView {
  private static final String ESCAPE = "\u001b[";
  private static final String CLEAR_LINE = ESCAPE + "K";
  // Without line wrap: a wrapped line would need more rows than are redrawn.
  private static final String BEGIN = ESCAPE + "?25l" + ESCAPE + "?7l";
  private static final String END = ESCAPE + "?7h" + ESCAPE + "?25h";

  private final PrintStream out;
  private final Thread restore;
  private List<String> drawn = List.of();

  TerminalView(PrintStream out) {
    this.out = out;
    this.restore = new Thread(this::restore, "demo-terminal-restore");
    Runtime.getRuntime().addShutdownHook(restore);
    out.print(BEGIN);
  }

  @Override
  public void onChange(PromptRow row) {}

  @Override
  public void refresh(PromptBoard board) {
    List<String> lines = new ArrayList<>();
    lines.add(ESCAPE + "1m" + RowFormat.HEADER + ESCAPE + "0m");
    board.rows().forEach(row -> lines.add(format(row)));
    lines.add(board.statusCount() + " status events");
    if (lines.equals(drawn)) {
      return;
    }
    StringBuilder screen = new StringBuilder();
    if (!drawn.isEmpty()) {
      screen.append(ESCAPE).append(drawn.size()).append('A');
    }
    lines.forEach(line -> screen.append('\r').append(line).append(CLEAR_LINE).append('\n'));
    out.print(screen);
    out.flush();
    drawn = lines;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(restore);
    restore();
  }

  private void restore() {
    out.print(END);
    out.flush();
  }

  private static String format(PromptRow row) {
    String colour =
        switch (row.outcome()) {
          case "" -> row.status().equals("IN_PROGRESS") ? "36m" : "0m";
          case "SUCCEEDED" -> "32m";
          default -> "31m";
        };
    return ESCAPE + colour + RowFormat.format(row) + ESCAPE + "0m";
  }
}
