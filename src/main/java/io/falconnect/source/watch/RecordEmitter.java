// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.FalResult;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.state.WatchState;

/** Takes what is to be published, in order. The ledger has been advanced when it is called. */
public interface RecordEmitter {
  /** An event of a watch. */
  void status(ActiveWatch watch, StatusEvent event);

  /**
   * A finished request's result.
   *
   * @param last the watch as it was before it closed
   */
  void result(ActiveWatch watch, WatchState last, FalResult result);
}
