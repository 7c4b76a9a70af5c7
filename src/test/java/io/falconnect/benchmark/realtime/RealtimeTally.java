// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.falconnect.benchmark.measure.Samples;
import java.util.stream.IntStream;

/** The results of one realtime run: how many each input has, and their latency. */
final class RealtimeTally {
  private static final String NUMBER = "\"number\":";
  private static final String SENT = "\"sent_at\":";

  private final int[] results;
  private Samples latencies = new Samples();
  private int foreign;
  private int recordCount;

  RealtimeTally(int inputs) {
    results = new int[inputs];
  }

  /** Takes one record, whose key is its input's number. */
  void add(byte[] key, byte[] value, long nowMicros) {
    recordCount++;
    String text = new String(value, ISO_8859_1);
    int number = Integer.parseInt(new String(key, ISO_8859_1));
    boolean own = text.contains(NUMBER + number + ",") && text.contains("\"error\":null");
    if (own && number < results.length) {
      results[number]++;
      latencies.add((nowMicros - parseNumber(text, text.indexOf(SENT) + SENT.length())) / 1e3);
    } else {
      foreign++;
    }
  }

  /** How many records were taken. */
  int recordCount() {
    return recordCount;
  }

  /** From when inputs were made until their results were read, in milliseconds. */
  Samples latencies() {
    return latencies;
  }

  /** Forgets the latencies until now. */
  void forgetLatencies() {
    latencies = new Samples();
  }

  /** The number of inputs without exactly one result, plus results of no input. */
  long wrongCount() {
    return foreign + IntStream.of(results).filter(count -> count != 1).count();
  }

  private static long parseNumber(String text, int from) {
    int to = from;
    while (Character.isDigit(text.charAt(to))) {
      to++;
    }
    return Long.parseLong(text, from, to, 10);
  }
}
