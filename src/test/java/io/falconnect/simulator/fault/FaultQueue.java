// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.fault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Faults that wait for a connection, in the order they were attached. Lives on the event loop. */
public final class FaultQueue {
  private final Map<Target, Deque<Waiting>> waiting = new HashMap<>();

  /** A fault for the next uses of a surface by a request id or endpoint id; null for any. */
  public void attach(String key, Surface surface, Fault fault, int times) {
    if (times > 0) {
      waiting
          .computeIfAbsent(new Target(key, surface), target -> new ArrayDeque<>())
          .add(new Waiting(fault, times));
    }
  }

  public void clear() {
    waiting.clear();
  }

  /** Takes the faults of one connection: of its request, else of its endpoint, else of anyone. */
  public List<Fault> takeNext(Surface surface, String requestId, String endpoint) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<String> keys = new ArrayList<>();
    keys.add(requestId);
    keys.add(endpoint);
    keys.add(null);
    for (String key : keys) {
      Fault fault = pollFor(new Target(key, surface));
      if (fault != null) {
        List<Fault> all = new ArrayList<>();
        addFlattened(fault, all);
        return all;
      }
    }
    return List.of();
  }

  private Fault pollFor(Target target) {
    Deque<Waiting> queue = waiting.get(target);
    if (queue == null) {
      return null;
    }
    Waiting first = queue.poll();
    if (first.times > 1) {
      queue.addFirst(new Waiting(first.fault, first.times - 1));
    }
    if (queue.isEmpty()) {
      waiting.remove(target);
    }
    return first.fault;
  }

  private static void addFlattened(Fault fault, List<Fault> into) {
    if (fault instanceof Fault.Combined several) {
      several.faults().forEach(one -> addFlattened(one, into));
    } else {
      into.add(fault);
    }
  }

  private record Target(String key, Surface surface) {}

  private record Waiting(Fault fault, int times) {}
}
