// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.fal.FalResult;

/** Takes what is to be published, in order. The ledger has been advanced when it is called. */
interface Emitter {
  /** An event of a watch. */
  void status(Watch watch, StatusEvent event);

  /**
   * A finished request's result.
   *
   * @param last the watch as it was before it closed
   */
  void result(Watch watch, OpenWatch last, FalResult result);
}
