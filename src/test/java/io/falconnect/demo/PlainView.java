// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import java.io.PrintStream;

/** One line for each change: for pipes and build logs. */
final class PlainView implements View {
  private final PrintStream out;

  PlainView(PrintStream out) {
    this.out = out;
    out.println(Columns.HEADER);
  }

  @Override
  public void changed(Row row) {
    out.println(Columns.line(row));
  }

  @Override
  public void refresh(Board board) {}

  @Override
  public void close() {
    out.flush();
  }
}
