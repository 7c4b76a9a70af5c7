// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last so many of a kind, and how many there were. Lives on the event loop. */
final class Recent<T> {
  private final int limit;
  private final Deque<T> kept = new ArrayDeque<>();
  private long count;

  Recent(int limit) {
    this.limit = limit;
  }

  void add(T one) {
    if (kept.size() == limit) {
      kept.removeFirst();
    }
    kept.addLast(one);
    count++;
  }

  List<T> list() {
    return List.copyOf(kept);
  }

  long count() {
    return count;
  }
}
