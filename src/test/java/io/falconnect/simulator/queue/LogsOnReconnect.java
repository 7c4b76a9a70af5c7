// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

/** What a stream that is not the request's first says of the log lines written before it opened. */
public enum LogsOnReconnect {
  /** All lines so far, in the first event. */
  REPEAT_ALL,
  /** All lines so far, one event a line. */
  REPEAT_ONE_BY_ONE,
  /** Only lines no earlier stream was sent. */
  INCREMENTAL
}
