// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One realtime app: how it behaves, who is connected, what it was given. Lives on the event loop.
 */
final class RealtimeState {
  final String endpoint;
  final Set<RealtimeSession> sessions = new LinkedHashSet<>();
  final List<JsonNode> inputs = new ArrayList<>();
  final List<JsonNode> dropped = new ArrayList<>();
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
    maxOpen = Math.max(maxOpen, sessions.size());
  }
}
