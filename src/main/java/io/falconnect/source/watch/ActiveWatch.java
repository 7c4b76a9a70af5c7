// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;
import java.util.function.LongSupplier;

/**
 * An open watch at work. What is here is lost at a restart; what is kept is in the ledger. Owned by
 * the task thread.
 */
public final class ActiveWatch {
  public final PartitionLedger ledger;
  public final RequestIdentity identity;

  /** The offset of the control record that asked for the watch. */
  public final long controlOffset;

  /** When this task started to work on the watch: nano time. */
  final long since;

  final AttemptHistory history;

  /** When an event was last published in this task, or else when it was started: nano time. */
  long publishedAt;

  /** Since when the result is what the watch waits for: nano time. */
  long completedAt;

  /** A queue position that is published later, or null. */
  PositionThrottle.Held heldPosition;

  /** Set when fal has completed the request and only the result says the outcome, else null. */
  Completion completion;

  /** Starts a watch that is open in the ledger. */
  ActiveWatch(PartitionLedger ledger, RequestIdentity identity, LongSupplier nanoClock) {
    this.ledger = ledger;
    this.identity = identity;
    this.controlOffset = ledger.get(identity).controlOffset();
    this.since = nanoClock.getAsLong();
    this.publishedAt = since;
    this.completedAt = since;
    this.history = new AttemptHistory(nanoClock);
  }

  /**
   * The watch as the ledger has it, or null if it is closed. A later control record may have opened
   * another watch of the same request, with an offset of its own.
   */
  WatchState state() {
    WatchState state = ledger.get(identity);
    return state == null || state.controlOffset() != controlOffset ? null : state;
  }

  /** Whether fal has completed the request, and the outcome is not published. */
  boolean isCompletedWithoutOutcome() {
    WatchState state = state();
    return state.finished() == null && (completion != null || state.isCompletedWithoutOutcome());
  }

  boolean isClosed() {
    return state() == null;
  }

  /** The request and its control record, for messages. */
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
