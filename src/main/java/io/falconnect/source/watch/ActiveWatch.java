// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;

/** An open watch at work. Nothing in it is kept across a restart. Owned by the task thread. */
public final class ActiveWatch {
  public final PartitionLedger ledger;
  public final long controlOffset;

  /** Since when it is at work here: nano time. */
  final long since;

  final AttemptHistory progress = new AttemptHistory();

  /** A watch that the ledger has open. */
  ActiveWatch(PartitionLedger ledger, long controlOffset, long since) {
    this.ledger = ledger;
    this.controlOffset = controlOffset;
    this.since = since;
  }

  /** Its state as it stands in the ledger, or null when it is over. */
  WatchState state() {
    return ledger.get(controlOffset);
  }

  boolean over() {
    return state() == null;
  }

  /** Where the watch was asked for, for messages. */
  @Override
  public String toString() {
    WatchState state = state();
    String request =
        state == null
            ? "request"
            : "request " + state.request().requestId() + " of " + state.request().endpoint();
    String partition = ledger.topic() + "-" + ledger.partition();
    return request + " (control record " + partition + " offset " + controlOffset + ")";
  }
}
