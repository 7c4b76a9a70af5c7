// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import java.io.PrintStream;

/** How the board is shown. */
sealed interface View extends AutoCloseable permits PlainView, LiveView {
  /** A table that redraws itself on a terminal, lines for everything else. */
  static View of(PrintStream out) {
    return Terminal.isThere() ? new LiveView(out) : new PlainView(out);
  }

  /** A row is new or has changed. */
  void changed(Row row);

  /** All changes that were there to take are taken. */
  void refresh(Board board);

  @Override
  void close();
}
