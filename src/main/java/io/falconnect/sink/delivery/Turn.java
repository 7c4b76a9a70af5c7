// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.result.Pending;
import io.falconnect.sink.result.ResultOutput;

/** An input on its way: how often it was tried, and how far the present attempt has come. */
public final class Turn {
  public final Pending pending;
  private int attempts;
  private int failures;
  private int verdicts;
  private long waited;
  private boolean failing;
  private boolean late;
  private long failingSince;
  private boolean open;
  private long openedAt;

  private long handed;
  private int frames;
  private JsonNode heldOutput;
  private long heldReadAt;
  private long lastFrameAt;

  public Turn(Pending pending) {
    this.pending = pending;
  }

  /** What remains of it where outputs still come though it is done: not its payload. */
  public Turn done() {
    Turn done = new Turn(pending.done());
    done.frames = frames;
    return done;
  }

  public String requestId() {
    return pending.input.requestId();
  }

  /** Begins an attempt: frames are numbered anew. */
  public void begins() {
    attempts++;
    open = false;
    frames = 0;
    heldOutput = null;
  }

  /** fal has begun with this attempt: until it ends, or is silent, the input is not failing. */
  public void opened(long now) {
    open = true;
    openedAt = now;
  }

  /** It has been handed over, which makes so many bytes with those before it. */
  public void handed(long bytes) {
    handed = bytes;
  }

  /** How many bytes had been handed over with it. */
  public long handed() {
    return handed;
  }

  /** Publishes an output of this attempt. */
  public void publish(ResultOutput results, JsonNode output, boolean last, long readAt) {
    results.publish(pending, frames++, last, output, readAt);
  }

  /** Keeps an output back until it is known whether it is the last; publishes the one before. */
  public void hold(ResultOutput results, JsonNode output, long readAt, long now) {
    flush(results);
    heldOutput = output;
    heldReadAt = readAt;
    lastFrameAt = now;
  }

  public boolean holds() {
    return heldOutput != null;
  }

  /** Nano time at which the output that is held was read. */
  public long lastFrameAt() {
    return lastFrameAt;
  }

  /** So many nanoseconds of what has passed since then do not count. */
  public void heldBack(long nanos) {
    lastFrameAt += nanos;
  }

  /** Publishes what is held as the last. */
  public void release(ResultOutput results) {
    publish(results, heldOutput, true, heldReadAt);
    heldOutput = null;
  }

  /** Publishes what is held, though it is not known to be the last. */
  public void flush(ResultOutput results) {
    if (heldOutput != null) {
      publish(results, heldOutput, false, heldReadAt);
      heldOutput = null;
    }
  }

  /** Whether this attempt is not the first. */
  public boolean isRetry() {
    return attempts > 1;
  }

  public int frames() {
    return frames;
  }

  /**
   * Counts a failed attempt.
   *
   * @param certain whether it was this input that failed, as far as can be known
   */
  public void failed(boolean certain) {
    failures++;
    waited = 0;
    verdicts += certain ? 1 : 0;
  }

  /** It was the oldest unanswered input for so long on a session that is over: nanoseconds. */
  public void waited(long nanos) {
    waited += nanos;
  }

  /** For how long it was so since it last failed, on sessions that are over: nanoseconds. */
  public long waited() {
    return waited;
  }

  /** How often it has failed. */
  public int failures() {
    return failures;
  }

  /** It has been failing for as long as it may: the next failure is the last. */
  public void isLate() {
    late = true;
  }

  /** Whether the next attempt is to be made with no other input on the session. */
  public boolean suspect(int maxAttempts) {
    return late || failures >= Math.max(1, maxAttempts - 1);
  }

  /** Whether it has failed often enough, or for long enough, as far as can be known. */
  public boolean spent(int maxAttempts) {
    return verdicts >= maxAttempts || late && verdicts > 0;
  }

  /** For how long it has been failing, in nanoseconds: from the first call of this on. */
  public long failingFor(long now) {
    return failingFor(now, 0);
  }

  /**
   * The same. What was of an attempt that had begun well does not count, but for its last, silent
   * nanoseconds.
   */
  public long failingFor(long now, long silent) {
    if (!failing) {
      failing = true;
      failingSince = now;
    } else if (open) {
      failingSince += Math.max(0, now - silent - openedAt);
    }
    open = false;
    return now - failingSince;
  }
}
