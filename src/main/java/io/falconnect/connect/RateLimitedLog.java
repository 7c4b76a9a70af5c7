// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs at most one line for each interval: when thousands of streams break together, one line says
 * so. The first line is logged at once. The lines that follow within the interval are counted, and
 * the next line says how many they were. Used by one thread.
 */
public final class RateLimitedLog {
  private final Logger log;
  private final long intervalNanos;
  private final LongSupplier nanoClock;
  private long lastLogged;
  private long suppressed;
  private boolean hasLogged;

  /**
   * Nothing was logged yet.
   *
   * @param log where the lines are written
   * @param interval the shortest time between two lines
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public RateLimitedLog(Logger log, Duration interval, LongSupplier nanoClock) {
    this.log = log;
    this.intervalNanos = interval.toNanos();
    this.nanoClock = nanoClock;
  }

  /** Logs a warning, or only counts it if a line was logged within the interval. */
  public void warn(String message) {
    write(line -> log.warn("{}", line), message, "warnings");
  }

  /** Logs for information, or only counts it if a line was logged within the interval. */
  public void info(String message) {
    write(line -> log.info("{}", line), message, "lines");
  }

  private void write(Consumer<String> level, String message, String kind) {
    long now = nanoClock.getAsLong();
    if (hasLogged && now - lastLogged < intervalNanos) {
      suppressed++;
      log.debug("{}", message);
      return;
    }
    String count =
        suppressed == 0
            ? ""
            : " (%s more %s of this kind since the last one)".formatted(suppressed, kind);
    level.accept(message + count);
    hasLogged = true;
    suppressed = 0;
    lastLogged = now;
  }
}
