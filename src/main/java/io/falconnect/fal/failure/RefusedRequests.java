// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The refused requests, the one that was refused last at the end; and the suspects, which were
 * refused before fal took another request, and are tried once more. Used by one thread.
 *
 * @param <R> a request
 */
final class RefusedRequests<R> {
  private final Map<R, Refusal> refused = new LinkedHashMap<>();
  private final Set<R> suspects = new HashSet<>();

  private record Refusal(FalFailure failure, long at) {}

  /** fal has refused a request at a time: nano time. */
  void add(R request, FalFailure failure, long at) {
    refused.remove(request);
    refused.put(request, new Refusal(failure, at));
  }

  /** The request is started again. */
  void remove(R request) {
    refused.remove(request);
  }

  /** The request that was refused the longest time ago, or null. */
  R oldest() {
    return refused.isEmpty() ? null : refused.keySet().iterator().next();
  }

  boolean isSuspect(R request) {
    return suspects.contains(request);
  }

  /** fal has taken the request, or its refusal is its own. */
  void clearSuspicion(R request) {
    suspects.remove(request);
  }

  /** The requests that were refused before a time become suspects: nano time. */
  void suspectThoseBefore(long time) {
    refused.forEach(
        (request, refusal) -> {
          if (time - refusal.at > 0) {
            suspects.add(request);
          }
        });
  }

  /** Removes all requests, and gives each to the receiver. */
  void removeAll(BiConsumer<R, FalFailure> receiver) {
    refused.forEach((request, refusal) -> receiver.accept(request, refusal.failure));
    refused.clear();
  }

  /** The same without the failures. */
  void removeAll(Consumer<R> receiver) {
    removeAll((request, failure) -> receiver.accept(request));
  }
}
