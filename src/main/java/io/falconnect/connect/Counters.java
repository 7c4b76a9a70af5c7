// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Counts by one of few values. Safe for any thread.
 *
 * @param <E> what is told apart
 */
public final class Counters<E extends Enum<E>> {
  private final Map<E, LongAdder> counts;

  /** Zeros for these values; others are not counted. */
  public Counters(Set<E> values) {
    Map<E, LongAdder> zeros = new TreeMap<>();
    values.forEach(value -> zeros.put(value, new LongAdder()));
    this.counts = zeros;
  }

  /** Counts one. */
  public void count(E value) {
    LongAdder count = counts.get(value);
    if (count != null) {
      count.increment();
    }
  }

  /** How many were counted. */
  public long of(E value) {
    return counts.containsKey(value) ? counts.get(value).sum() : 0;
  }

  /**
   * Registers a counter for each value.
   *
   * @param tag what tells them apart
   * @param word what the tag says of a value
   */
  public void register(
      TaskMetrics metrics, String name, String description, String tag, Function<E, String> word) {
    counts.forEach(
        (value, count) ->
            metrics.add(name, description, Map.of(tag, word.apply(value)), count::sum));
  }
}
