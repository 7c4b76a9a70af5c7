// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import io.falconnect.simulator.http.EventLoop;
import io.falconnect.simulator.http.SseWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One answer with partial outputs: writes them one after the other. */
final class StreamedAnswer {
  private final EventLoop loop;
  private final StreamAppState state;
  private final StreamApp app;
  private final SseWriter writer;
  private final Deque<String> left;
  private boolean waiting;

  StreamedAnswer(EventLoop loop, StreamAppState state, SseWriter writer, List<String> outputs) {
    this.loop = loop;
    this.state = state;
    this.app = state.app;
    this.writer = writer;
    this.left = new ArrayDeque<>(outputs);
  }

  /** Writes outputs until one has to wait, unless the app is held. */
  void sendNext() {
    while (!state.held && !waiting && !writer.isClosed()) {
      String next = left.poll();
      if (next == null) {
        writer.close();
        return;
      }
      writer.writeEvent(next);
      if (!app.interval().isZero()) {
        waiting = true;
        loop.schedule(
            app.interval(),
            () -> {
              waiting = false;
              sendNext();
            });
      }
    }
  }

  void onClose() {
    left.clear();
    waiting = true;
  }
}
