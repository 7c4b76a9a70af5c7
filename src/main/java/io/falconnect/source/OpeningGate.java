// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits how many streams are being opened at once, so that a restart with thousands of watches
 * does not dial thousands of connections in one burst. An opening that the server leaves unanswered
 * holds its place for a short time only: one dead request must not delay the others. No clock of
 * its own.
 */
final class OpeningGate {
  private final int places;
  private final long leaseNanos;
  private final Map<Object, Long> openings = new HashMap<>();

  OpeningGate(int places, long leaseNanos) {
    this.places = places;
    this.leaseNanos = leaseNanos;
  }

  boolean hasPlace(long now) {
    if (openings.size() >= places) {
      openings.values().removeIf(since -> now - since >= leaseNanos);
    }
    return openings.size() < places;
  }

  void enter(Object opening, long now) {
    openings.put(opening, now);
  }

  void leave(Object opening) {
    openings.remove(opening);
  }
}
