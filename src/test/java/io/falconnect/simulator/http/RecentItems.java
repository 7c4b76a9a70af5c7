// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A list that keeps only its newest items, and counts all. Lives on the event loop. */
public final class RecentItems<T> {
  private final int limit;
  private final Deque<T> kept = new ArrayDeque<>();
  private long totalCount;

  public RecentItems(int limit) {
    this.limit = limit;
  }

  public void add(T one) {
    if (kept.size() == limit) {
      kept.removeFirst();
    }
    kept.addLast(one);
    totalCount++;
  }

  public List<T> toList() {
    return List.copyOf(kept);
  }

  public long totalCount() {
    return totalCount;
  }
}
