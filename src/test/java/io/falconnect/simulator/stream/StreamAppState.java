// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.RecentItems;
import java.util.LinkedHashSet;
import java.util.Set;

/** One HTTP streaming app: its behaviour, its inputs and open streams. Lives on the event loop. */
public final class StreamAppState {
  private static final int REMEMBERED = 100_000;

  final String endpoint;
  final RecentItems<JsonNode> inputs = new RecentItems<>(REMEMBERED);
  final Set<StreamedAnswer> open = new LinkedHashSet<>();
  StreamApp app;
  boolean held;
  int maxOpen;

  StreamAppState(String endpoint, StreamApp app) {
    this.endpoint = endpoint;
    this.app = app;
  }

  void addStream(StreamedAnswer streaming) {
    open.add(streaming);
    maxOpen = Math.max(maxOpen, open.size());
  }
}
