// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

/** An open watch at work. Nothing in it is kept across a restart. Owned by the task thread. */
final class Watch {
  final PartitionLedger ledger;
  final long controlOffset;

  /** Since when it is at work here: nano time. */
  final long since;

  final Progress progress = new Progress();

  /** A watch that the ledger has open. */
  Watch(PartitionLedger ledger, long controlOffset, long since) {
    this.ledger = ledger;
    this.controlOffset = controlOffset;
    this.since = since;
  }

  /** Its state as it stands in the ledger, or null when it is over. */
  OpenWatch state() {
    return ledger.get(controlOffset);
  }

  boolean over() {
    return state() == null;
  }

  /** Where the watch was asked for, for messages. */
  @Override
  public String toString() {
    OpenWatch state = state();
    String request =
        state == null
            ? "request"
            : "request " + state.request().requestId() + " of " + state.request().endpoint();
    String partition = ledger.topic() + "-" + ledger.partition();
    return request + " (control record " + partition + " offset " + controlOffset + ")";
  }
}
