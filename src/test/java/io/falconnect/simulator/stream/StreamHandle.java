// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.EventLoop;
import java.util.List;

/** Lets a test control and inspect one HTTP streaming app. Any thread may use it. */
public final class StreamHandle {
  private final EventLoop loop;
  private final StreamAppState state;

  public StreamHandle(EventLoop loop, StreamAppState state) {
    this.loop = loop;
    this.state = state;
  }

  /** The last 100,000 received, in order. */
  public List<JsonNode> inputs() {
    return loop.call(() -> state.inputs.toList());
  }

  public int openStreams() {
    return loop.call(() -> state.open.size());
  }

  public int maxOpenStreams() {
    return loop.call(() -> state.maxOpen);
  }

  /** From now on only headers are sent, until {@link #release}. */
  public StreamHandle hold() {
    loop.run(() -> state.held = true);
    return this;
  }

  public StreamHandle release() {
    loop.run(
        () -> {
          state.held = false;
          List.copyOf(state.open).forEach(StreamedAnswer::sendNext);
        });
    return this;
  }
}
