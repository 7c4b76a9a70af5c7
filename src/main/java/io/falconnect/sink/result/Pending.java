// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputOutcome;

/** An input under way, and what was published for it so far. Owned by the delivery thread. */
public final class Pending {
  public final Input input;
  public final long takenAt;

  private int unacknowledged;
  private boolean lastWritten;
  private boolean reported;
  private InputOutcome outcome;

  /**
   * An input that nothing was published for.
   *
   * @param takenAt nano time
   */
  public Pending(Input input, long takenAt) {
    this.input = input;
    this.takenAt = takenAt;
    this.outcome = new InputOutcome.Done(input);
  }

  /** The same input, done and told so, without its payload: records may still be written for it. */
  public Pending done() {
    Pending done = new Pending(input.withoutPayload(), takenAt);
    done.lastWritten = true;
    done.reported = true;
    return done;
  }

  /** Whether nobody waits for its results any more. */
  public boolean revoked() {
    return input.assignment().revoked();
  }

  /** A record for it is on its way to Kafka. */
  void writing() {
    unacknowledged++;
  }

  /** Nothing more will be written for it, at least nothing that has to be waited for. */
  void ends() {
    lastWritten = true;
  }

  /** Nothing more will be written for it, because it failed. */
  void ends(InputOutcome.Failed failure) {
    outcome = failure;
    lastWritten = true;
  }

  /** Whether it failed for good, so that nothing more is to be published for it. */
  boolean failed() {
    return outcome instanceof InputOutcome.Failed;
  }

  public boolean ended() {
    return lastWritten;
  }

  /** A record for it has arrived, or never will. */
  void written() {
    unacknowledged--;
  }

  /** What became of it, once, when all that was written for it has arrived; else null. */
  public InputOutcome settled() {
    if (reported || !lastWritten || unacknowledged > 0) {
      return null;
    }
    reported = true;
    return outcome;
  }

  @Override
  public String toString() {
    return input.toString();
  }
}
