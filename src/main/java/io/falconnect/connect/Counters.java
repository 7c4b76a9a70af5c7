// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * One counter for each value of an enum. Safe for any thread.
 *
 * @param <E> the enum
 */
public final class Counters<E extends Enum<E>> {
  private final Map<E, LongAdder> counts;

  /** Starts at zero for these values. Other values are not counted. */
  public Counters(Set<E> values) {
    Map<E, LongAdder> zeros = new TreeMap<>();
    values.forEach(value -> zeros.put(value, new LongAdder()));
    this.counts = zeros;
  }

  /** Adds one. */
  public void increment(E value) {
    LongAdder count = counts.get(value);
    if (count != null) {
      count.increment();
    }
  }

  /** The count of a value. */
  public long get(E value) {
    return counts.containsKey(value) ? counts.get(value).sum() : 0;
  }

  /**
   * Registers a counter for each value.
   *
   * @param tag the name of the tag that distinguishes the counters
   * @param word the value of the tag
   */
  public void register(
      TaskMetrics metrics, String name, String description, String tag, Function<E, String> word) {
    counts.forEach(
        (value, count) ->
            metrics.addGauge(name, description, Map.of(tag, word.apply(value)), count::sum));
  }
}
