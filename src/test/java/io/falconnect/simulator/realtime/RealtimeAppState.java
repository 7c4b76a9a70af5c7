// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.RecentItems;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One realtime app: how it behaves, who is connected, what it was given. Lives on the event loop.
 */
public final class RealtimeAppState {
  private static final int REMEMBERED = 100_000;

  final String endpoint;
  final Set<RealtimeSession> sessions = new LinkedHashSet<>();
  final RecentItems<JsonNode> inputs = new RecentItems<>(REMEMBERED);
  final RecentItems<JsonNode> dropped = new RecentItems<>(REMEMBERED);
  RealtimeApp app;
  boolean held;
  int opened;
  int maxOpen;

  /** How many of the next sessions are closed as soon as they are open. */
  int refusals;

  int refusalCode;
  String refusalReason;

  RealtimeAppState(String endpoint, RealtimeApp app) {
    this.endpoint = endpoint;
    this.app = app;
  }

  void addSession(RealtimeSession session) {
    sessions.add(session);
    opened++;
    int open = (int) sessions.stream().filter(RealtimeSession::isOpen).count();
    maxOpen = Math.max(maxOpen, open);
  }
}
