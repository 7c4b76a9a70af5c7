// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

/** Which log lines a stream repeats that is not the request's first. */
public enum LogsOnReconnect {
  /** All lines so far, in the first event. */
  REPEAT_ALL,
  /** All lines so far, one event a line. */
  REPEAT_ONE_BY_ONE,
  /** Only lines that no earlier stream has sent. */
  INCREMENTAL
}
