// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One realtime app: how it behaves, who is connected, what it was given. Lives on the event loop.
 */
final class RealtimeState {
  private static final int REMEMBERED = 100_000;

  final String endpoint;
  final Set<RealtimeSession> sessions = new LinkedHashSet<>();
  final Recent<JsonNode> inputs = new Recent<>(REMEMBERED);
  final Recent<JsonNode> dropped = new Recent<>(REMEMBERED);
  RealtimeApp app;
  boolean held;
  int opened;
  int maxOpen;

  RealtimeState(String endpoint, RealtimeApp app) {
    this.endpoint = endpoint;
    this.app = app;
  }

  void joined(RealtimeSession session) {
    sessions.add(session);
    opened++;
    int open = (int) sessions.stream().filter(RealtimeSession::isOpen).count();
    maxOpen = Math.max(maxOpen, open);
  }
}
