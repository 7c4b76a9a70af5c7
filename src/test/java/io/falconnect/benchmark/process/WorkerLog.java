// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.process;

import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Waits;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads from a worker's log how long tasks took to stop. */
public final class WorkerLog {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Pattern STOPPED =
      Pattern.compile("Stopped (?:with (\\d+) watches open, )?in (\\d+) ms");

  private final JavaProcess worker;
  private final long stops;

  /**
   * The log line of a stopped task.
   *
   * @param held the watches it had open; none where it is a sink's
   * @param millis how long its stop took
   */
  public record Stop(long held, long millis) {}

  /** Notes what the log holds now. */
  public WorkerLog(JavaProcess worker) {
    this.worker = worker;
    this.stops = STOPPED.matcher(worker.output()).results().count();
  }

  /** Waits for the first task that stops after this was made. */
  public Stop awaitStop() {
    MatchResult stop =
        Waits.until("a task's last words", LIMIT, this::nextStop, worker::outputTail);
    long held = stop.group(1) == null ? 0 : Long.parseLong(stop.group(1));
    return new Stop(held, Long.parseLong(stop.group(2)));
  }

  private Optional<MatchResult> nextStop() {
    worker.requireAlive();
    return STOPPED.matcher(worker.output()).results().skip(stops).findFirst();
  }
}
