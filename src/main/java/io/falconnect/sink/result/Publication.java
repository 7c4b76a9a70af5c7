// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputOutcome;

/**
 * What is published of one input: the frames of the present attempt, the output that is kept back
 * until it is known whether it is the last, and the records that Kafka has not acknowledged yet.
 * Only the delivery thread uses it.
 */
public final class Publication {
  private final Input input;
  private final long takenAt;

  private int frames;
  private JsonNode keptOutput;
  private long keptReadAt;
  private long keptAt;

  private int unacknowledged;
  private boolean ended;
  private boolean outcomeTaken;
  private InputOutcome outcome;

  /**
   * An input that nothing was published for.
   *
   * @param takenAt when the task took the input: nano time
   */
  public Publication(Input input, long takenAt) {
    this.input = input;
    this.takenAt = takenAt;
    this.outcome = new InputOutcome.Done(input);
  }

  /**
   * The part of a finished input that late outputs still need: key, headers and the number of the
   * next frame, without the payload. Its outcome is known already and is not given again.
   */
  public Publication forLateOutputs() {
    Publication late = new Publication(input.withoutPayload(), takenAt);
    late.frames = frames;
    late.ended = true;
    late.outcomeTaken = true;
    return late;
  }

  public Input input() {
    return input;
  }

  /** When the task took the input: nano time. */
  public long takenAt() {
    return takenAt;
  }

  /** Whether the partition of the input was taken away from this task. */
  public boolean isRevoked() {
    return input.assignment().isRevoked();
  }

  /** Another attempt at the input starts: its frames are numbered from 0 again. */
  public void startAttempt() {
    frames = 0;
    keptOutput = null;
  }

  /** How many frames of the present attempt were published. */
  public int frames() {
    return frames;
  }

  /**
   * Publishes an output of the present attempt.
   *
   * @param readAt when it was read: epoch milliseconds
   */
  public void publish(ResultOutput results, JsonNode output, boolean last, long readAt) {
    results.publish(this, frames++, last, output, readAt);
  }

  /**
   * Keeps an output back until it is known whether it is the last. Publishes the one that was kept
   * before.
   *
   * @param readAt when it was read: epoch milliseconds
   * @param now nano time
   */
  public void keepOutput(ResultOutput results, JsonNode output, long readAt, long now) {
    publishKept(results);
    keptOutput = output;
    keptReadAt = readAt;
    keptAt = now;
  }

  public boolean hasKeptOutput() {
    return keptOutput != null;
  }

  /** Since when the output has been kept: nano time. */
  public long keptAt() {
    return keptAt;
  }

  /** Moves {@link #keptAt} on by a time in which nothing could be read, in nanoseconds. */
  public void shiftKeptAt(long nanos) {
    keptAt += nanos;
  }

  /** Publishes the kept output as the last of the input. */
  public void publishKeptAsLast(ResultOutput results) {
    publish(results, keptOutput, true, keptReadAt);
    keptOutput = null;
  }

  /** Publishes the kept output, if there is one, without saying that it is the last. */
  public void publishKept(ResultOutput results) {
    if (keptOutput != null) {
      publish(results, keptOutput, false, keptReadAt);
      keptOutput = null;
    }
  }

  /** A record for the input is on its way to Kafka. */
  void onWrite() {
    unacknowledged++;
  }

  /** Kafka has acknowledged a record for the input, or never will. */
  void onAcknowledged() {
    unacknowledged--;
  }

  /** The input is finished: no record follows that its offset has to wait for. */
  void markEnded() {
    ended = true;
  }

  /** The input has failed: only its error record may follow. */
  void markFailed(InputOutcome.Failed failure) {
    outcome = failure;
    ended = true;
  }

  /** Whether the input has failed for good, so that no output of it is published any more. */
  boolean isFailed() {
    return outcome instanceof InputOutcome.Failed;
  }

  public boolean isEnded() {
    return ended;
  }

  /**
   * The outcome of the input when all its records are acknowledged. It is given once; null before
   * and after that.
   */
  public InputOutcome takeOutcome() {
    if (outcomeTaken || !ended || unacknowledged > 0) {
      return null;
    }
    outcomeTaken = true;
    return outcome;
  }

  @Override
  public String toString() {
    return input.toString();
  }
}
