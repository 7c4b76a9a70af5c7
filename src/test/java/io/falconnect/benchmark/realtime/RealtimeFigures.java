// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

/**
 * The figures of one realtime run. NaN where a figure does not apply.
 *
 * @param scenario what it was measured for
 * @param wrong inputs without exactly one result of their own
 * @param rate results per second, between a fifth and four fifths of all
 * @param cpuMicros CPU time of the measured process per result, over the same part
 * @param latencyMedian from when an input was made until its result was read, in milliseconds, of
 *     inputs that came at a rate, the first fifth left out
 * @param others how many processors other programs kept busy during the run
 */
public record RealtimeFigures(
    String scenario,
    String pipeline,
    RealtimeLoad load,
    long wrong,
    double rate,
    double cpuMicros,
    double latencyMedian,
    double latencyP99,
    double latencyMax,
    double others) {

  String format() {
    return "%-14s %-52s %d wrong, %8.1f results/s, %6.1f us CPU/result, latency %.1f / %.1f / %.1f ms, others %.2f CPU"
        .formatted(
            pipeline, load, wrong, rate, cpuMicros, latencyMedian, latencyP99, latencyMax, others);
  }
}
