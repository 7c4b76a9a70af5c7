// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.view;

import io.falconnect.demo.board.PromptBoard;
import io.falconnect.demo.board.PromptRow;
import java.io.PrintStream;

/** Prints one line for each change, for pipes and build logs. */
final class LineView implements BoardView {
  private final PrintStream out;

  LineView(PrintStream out) {
    this.out = out;
    out.println(RowFormat.HEADER);
  }

  @Override
  public void onChange(PromptRow row) {
    out.println(RowFormat.format(row));
  }

  @Override
  public void refresh(PromptBoard board) {}

  @Override
  public void close() {
    out.flush();
  }
}
