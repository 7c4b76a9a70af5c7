// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;

/**
 * When the next session may be opened: at once after one that brought something forward, else after
 * a wait that grows. Knows no clock: nano times are arguments.
 */
final class Reconnects {
  private final Backoff backoff;
  private int failures;
  private int unauthorized;
  private boolean progress;
  private boolean waiting;
  private long notBefore;

  Reconnects(Backoff backoff) {
    this.backoff = backoff;
  }

  /** Whether one may be opened. */
  boolean due(long now) {
    return !waiting || now - notBefore >= 0;
  }

  /** The session has brought something forward. */
  void progress() {
    progress = true;
    failures = 0;
    unauthorized = 0;
  }

  /** Whether the session has brought something forward. */
  boolean fruitful() {
    return progress;
  }

  /** The session is over, and it was not a failure. */
  void ended() {
    progress = false;
    waiting = false;
  }

  /**
   * The session is over, or was never had.
   *
   * @param asked how long fal asked to wait, or null
   */
  void failed(Duration asked, long now) {
    if (progress && asked == null) {
      ended();
      return;
    }
    failures++;
    progress = false;
    waiting = true;
    notBefore = now + backoff.after(failures, asked).toNanos();
  }

  /**
   * fal said {@code Unauthorized}.
   *
   * @return whether it did so before, and nothing came forward since
   */
  boolean unauthorizedAgain() {
    return ++unauthorized > 1;
  }
}
