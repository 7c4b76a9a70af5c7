// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;

/** An open watch at work. Nothing in it is kept across a restart. Owned by the task thread. */
public final class ActiveWatch {
  public final PartitionLedger ledger;
  public final RequestIdentity identity;

  /** The offset of the control record that asked for it. */
  public final long controlOffset;

  /** Since when it is at work here: nano time. */
  final long since;

  final AttemptHistory progress = new AttemptHistory();

  /** A watch that the ledger has open. */
  ActiveWatch(PartitionLedger ledger, RequestIdentity identity, long since) {
    this.ledger = ledger;
    this.identity = identity;
    this.controlOffset = ledger.get(identity).controlOffset();
    this.since = since;
  }

  /** Its state as it stands in the ledger, or null when it is over. */
  WatchState state() {
    return ledger.get(identity);
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
