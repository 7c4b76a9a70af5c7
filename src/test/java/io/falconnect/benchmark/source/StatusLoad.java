// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

/**
 * The load of status streams that a simulator plays.
 *
 * @param streams how many requests are watched at once
 * @param events how many states each of them has
 * @param intervalMillis how long a state lasts
 */
public record StatusLoad(int streams, int events, int intervalMillis) {

  /** Streams that together send events at a rate for a time. */
  public static StatusLoad ofRate(int streams, int ratePerSecond, int seconds) {
    int interval = Math.max(1, (int) (streams * 1000L / ratePerSecond));
    return new StatusLoad(streams, Math.max(3, seconds * 1000 / interval), interval);
  }

  public long totalEvents() {
    return (long) streams * events;
  }

  @Override
  public String toString() {
    return streams + " streams of " + events + " events, one each " + intervalMillis + " ms";
  }
}
