// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.streams;

import java.util.Map;
import java.util.TreeMap;

/**
 * How long a request was in each state.
 *
 * @param last the last event that is counted in, or null before the first
 * @param millis by state; the state it is in now is counted up to that event
 */
record TimeInStates(StatusEvent last, Map<String, Long> millis) {
  static TimeInStates none() {
    return new TimeInStates(null, Map.of());
  }

  /** With one more event, unless it is a repeat. A watch that begins anew counts anew. */
  TimeInStates and(StatusEvent event) {
    if (last == null || event.sequence() == 0) {
      return new TimeInStates(event, Map.of());
    }
    if (event.sequence() <= last.sequence()) {
      return this;
    }
    Map<String, Long> sum = new TreeMap<>(millis);
    sum.merge(last.status(), event.observedAt() - last.observedAt(), Long::sum);
    return new TimeInStates(event, sum);
  }
}
