// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.measure;

import io.falconnect.cluster.process.JavaProcess;
import java.util.regex.Pattern;

/**
 * A process's memory, in megabytes.
 *
 * @param results how many it had carried by then
 * @param heap in use after a collection of all garbage
 * @param rss resident
 * @param peak the most that was resident since its start
 */
public record WorkerMemory(int results, double heap, double rss, double peak) {
  /** The line of each part of the heap; the line of the metaspace is different. */
  private static final Pattern USED = Pattern.compile(", used (\\d+)K");

  public static WorkerMemory measure(JavaProcess process, int results) {
    process.runJcmd("GC.run");
    String heap = process.runJcmd("GC.heap_info");
    double kilobytes =
        USED.matcher(heap).results().mapToLong(used -> Long.parseLong(used.group(1))).sum();
    double rss = process.residentBytes() / 1_048_576.0;
    double peak = Machine.peakMegabytes(process.pid());
    return new WorkerMemory(results, kilobytes / 1_024, rss, peak);
  }

  public String format() {
    return "memory of the worker after %,d inputs: %.1f MB of heap in use, %.0f MB resident, %.0f MB at most"
        .formatted(results, heap, rss, peak);
  }
}
