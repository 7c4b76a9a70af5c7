// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

/**
 * The figures of one run. NaN where a figure does not apply.
 *
 * @param wrong watches without exactly one outcome, or with events missing or repeated
 * @param seconds from before its start until the last outcome was read
 * @param rate events per second, between a fifth and four fifths of all events
 * @param secondsToAllBegun until every watch had its first event read
 * @param steadyRate events per second while all streams were open
 * @param steadyCpuMicros CPU time of the measured process per event while all streams were open
 * @param cpuMicros the same over the whole run, opening and closing included
 * @param peakMegabytes the most resident memory the process has had since its start
 * @param latencies how many events' lateness was measured, all of them while all streams were open
 * @param loadBefore the machine's load average over a minute, before the run
 * @param others how many processors other programs kept busy during the run
 */
public record StatusFigures(
    String pipeline,
    String id,
    StatusLoad shape,
    long events,
    long wrong,
    double bytesPerEvent,
    double seconds,
    double rate,
    double secondsToAllBegun,
    double steadyRate,
    double steadyCpuMicros,
    double cpuMicros,
    double peakMegabytes,
    int latencies,
    double latencyMedian,
    double latencyP99,
    double latencyMax,
    double loadBefore,
    double others) {

  public String format() {
    return "%-14s %-34s %9d events in %5.1f s, %d watches wrong, %7.0f events/s, %5.1f us CPU/event (steady %5.1f), peak %5.0f MB, all begun in %.1f s, latency %.1f / %.1f ms, load %.1f, others %.2f CPU"
        .formatted(
            pipeline,
            shape,
            events,
            seconds,
            wrong,
            rate,
            cpuMicros,
            steadyCpuMicros,
            peakMegabytes,
            secondsToAllBegun,
            latencyMedian,
            latencyP99,
            loadBefore,
            others);
  }
}
