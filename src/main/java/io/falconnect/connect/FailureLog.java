// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Warnings at a bounded rate: when thousands of streams break together, one line says so. The first
 * of a quiet time is logged at once; what follows within the interval is counted, and the count is
 * in the next line. Owned by one thread.
 */
public final class FailureLog {
  private final Logger log;
  private final long intervalNanos;
  private long lastLogged;
  private long suppressed;
  private boolean any;

  /**
   * Writes to that log.
   *
   * @param interval between two lines
   */
  public FailureLog(Logger log, Duration interval) {
    this.log = log;
    this.intervalNanos = interval.toNanos();
  }

  /**
   * Logs the message, or counts it.
   *
   * @param now nano time
   */
  public void warn(long now, String message) {
    if (any && now - lastLogged < intervalNanos) {
      suppressed++;
      log.debug("{}", message);
      return;
    }
    if (suppressed > 0) {
      log.warn("{} ({} more warnings of this kind since the last one)", message, suppressed);
    } else {
      log.warn("{}", message);
    }
    any = true;
    suppressed = 0;
    lastLogged = now;
  }
}
