// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.state.StatusEvent;

/**
 * Receives what is to be published, in order. Called on the task thread, after the ledger has been
 * advanced: the ledger's snapshot is the source offset of the record.
 */
public interface RecordEmitter {
  /** Publishes an event of a watch. */
  void emitStatus(ActiveWatch watch, StatusEvent event);

  /** Publishes the result of a watch's request. The watch is closed by then. */
  void emitResult(ActiveWatch watch, QueueRequest request, FalResult result);
}
