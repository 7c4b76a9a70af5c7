// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** One HTTP streaming app: how it answers and what it was given. Lives on the event loop. */
final class StreamState {
  private static final int REMEMBERED = 100_000;

  final String endpoint;
  final Recent<JsonNode> inputs = new Recent<>(REMEMBERED);
  final Set<OutputStreaming> open = new LinkedHashSet<>();
  StreamApp app;
  boolean held;
  int maxOpen;

  StreamState(String endpoint, StreamApp app) {
    this.endpoint = endpoint;
    this.app = app;
  }

  void joined(OutputStreaming streaming) {
    open.add(streaming);
    maxOpen = Math.max(maxOpen, open.size());
  }
}
