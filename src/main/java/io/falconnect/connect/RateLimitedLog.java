// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Logs at most one warning for each interval: when thousands of streams break together, one line
 * says so. The first warning is logged at once. Those that follow within the interval are counted,
 * and the next line tells their number. Used by one thread.
 */
public final class RateLimitedLog {
  private final Logger log;
  private final long intervalNanos;
  private long lastLogged;
  private long suppressed;
  private boolean hasLogged;

  /**
   * Writes to that log.
   *
   * @param interval between two lines
   */
  public RateLimitedLog(Logger log, Duration interval) {
    this.log = log;
    this.intervalNanos = interval.toNanos();
  }

  /**
   * Logs the message, or counts it.
   *
   * @param now nano time
   */
  public void warn(long now, String message) {
    if (hasLogged && now - lastLogged < intervalNanos) {
      suppressed++;
      log.debug("{}", message);
      return;
    }
    if (suppressed > 0) {
      log.warn("{} ({} more warnings of this kind since the last one)", message, suppressed);
    } else {
      log.warn("{}", message);
    }
    hasLogged = true;
    suppressed = 0;
    lastLogged = now;
  }
}
