// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.benchmark.measure.Samples;
import java.util.HashMap;
import java.util.Map;

/** The events of one run: order and end of every watch, and the latency of events. */
final class StatusTally {
  /** The short fields of an event come first, the long raw text last. */
  private static final int HEAD = 256;

  private static final String SEQUENCE = "\"sequence\":";
  private static final String OUTCOME = "\"outcome\":\"";
  private static final String EMITTED = "emitted_at";

  private final StatusLoad shape;
  private final Samples latencies = new Samples();
  private final Map<String, Watch> watches = new HashMap<>();
  private long eventCount;
  private long bytes;
  private int over;

  /** The progress of one watch. */
  private static final class Watch {
    private long next;
    private int outcomes;
    private boolean outOfOrder;
  }

  StatusTally(StatusLoad shape) {
    this.shape = shape;
  }

  /** Adds one record, and its latency while all watches are open. */
  void add(byte[] key, byte[] value, double nowMillis) {
    String head = new String(value, 0, Math.min(HEAD, value.length), ISO_8859_1);
    Watch watch = watches.computeIfAbsent(new String(key, UTF_8), id -> new Watch());
    watch.outOfOrder |= parseNumber(head, head.indexOf(SEQUENCE) + SEQUENCE.length()) != watch.next;
    watch.next++;
    eventCount++;
    bytes += value.length;
    if (head.contains(OUTCOME)) {
      watch.outcomes++;
      over++;
    }
    if (haveAllBegun() && over == 0) {
      addLatency(value, nowMillis);
    }
  }

  boolean haveAllBegun() {
    return watches.size() == shape.streams();
  }

  boolean haveAllEnded() {
    return over >= shape.streams() && haveAllBegun();
  }

  boolean hasAnyEnded() {
    return over > 0;
  }

  long eventCount() {
    return eventCount;
  }

  double bytesPerEvent() {
    return (double) bytes / Math.max(1, eventCount);
  }

  /** In milliseconds, where values carry the time they were emitted at. */
  Samples latencies() {
    return latencies;
  }

  /** The number of watches with missing or repeated events, or without exactly one outcome. */
  long wrongCount() {
    long wrong =
        watches.values().stream()
            .filter(w -> w.outOfOrder || w.outcomes != 1 || w.next > shape.events())
            .count();
    return wrong + Math.max(0, shape.streams() - watches.size());
  }

  private void addLatency(byte[] value, double nowMillis) {
    String text = new String(value, ISO_8859_1);
    int at = text.lastIndexOf(EMITTED);
    if (at >= 0) {
      int from = text.indexOf(':', at) + 1;
      int to = from;
      while ("0123456789.Ee+".indexOf(text.charAt(to)) >= 0) {
        to++;
      }
      latencies.add(nowMillis - Double.parseDouble(text.substring(from, to)));
    }
  }

  private static long parseNumber(String text, int from) {
    long number = 0;
    for (int i = from; Character.isDigit(text.charAt(i)); i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }
}
