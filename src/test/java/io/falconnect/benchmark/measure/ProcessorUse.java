// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.measure;

import io.falconnect.cluster.process.Waits;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine's processors at a moment: how long they were busy, and how long with this benchmark.
 */
public record ProcessorUse(long nanos, double busySeconds, double ownSeconds) {
  private static final Duration WINDOW = Duration.ofSeconds(2);

  /** More than this is work of other programs. The benchmark's own processes idle at a tenth. */
  private static final double QUIET = 0.25;

  /** Measures this process and its children. Processes that have ended are not counted. */
  public static ProcessorUse measure() {
    double own =
        Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
            .flatMap(process -> process.info().totalCpuDuration().stream())
            .mapToDouble(spent -> spent.toNanos() / 1e9)
            .sum();
    return new ProcessorUse(System.nanoTime(), Machine.busySeconds(), own);
  }

  /** How many processors other programs kept busy between the two moments. */
  public double othersSince(ProcessorUse later) {
    double others = (later.busySeconds - busySeconds) - (later.ownSeconds - ownSeconds);
    return Math.max(0, others / ((later.nanos - nanos) / 1e9));
  }

  /** Waits until other programs are quiet, at most for the limit. */
  public static void awaitQuiet(Duration limit) {
    if (limit.isZero()) {
      return;
    }
    long deadline = System.nanoTime() + limit.toNanos();
    ProcessorUse[] before = {measure()};
    Waits.until(
        "a quiet moment",
        limit.plusMinutes(1),
        () -> {
          ProcessorUse now = measure();
          if (now.nanos - before[0].nanos < WINDOW.toNanos()) {
            return Optional.empty();
          }
          boolean quiet = before[0].othersSince(now) < QUIET;
          before[0] = now;
          return quiet || now.nanos - deadline > 0 ? Optional.of(quiet) : Optional.empty();
        },
        () -> "");
  }
}
