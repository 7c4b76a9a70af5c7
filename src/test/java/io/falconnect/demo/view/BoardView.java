// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.view;

import io.falconnect.demo.board.PromptBoard;
import io.falconnect.demo.board.PromptRow;
import java.io.PrintStream;

/** How the board is shown. */
public sealed interface BoardView extends AutoCloseable permits LineView, TerminalView {
  /** A table that redraws itself on a terminal, lines for everything else. */
  static BoardView open(PrintStream out) {
    return Terminal.isThere() ? new TerminalView(out) : new LineView(out);
  }

  /** A row is new or has changed. */
  void onChange(PromptRow row);

  /** Called after each poll, when all new records are on the board. */
  void refresh(PromptBoard board);

  @Override
  void close();
}
