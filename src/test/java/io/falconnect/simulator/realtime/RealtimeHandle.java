// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.EventLoop;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A test's hand on one realtime app and all its sessions. */
public final class RealtimeHandle {
  private final EventLoop loop;
  private final RealtimeAppState state;

  public RealtimeHandle(EventLoop loop, RealtimeAppState state) {
    this.loop = loop;
    this.state = state;
  }

  /** The last 100,000 received, in order, dropped inputs included. */
  public List<JsonNode> inputs() {
    return loop.call(() -> state.inputs.toList());
  }

  public long inputCount() {
    return loop.call(state.inputs::totalCount);
  }

  /** What the buffer dropped without a word. */
  public List<JsonNode> droppedInputs() {
    return loop.call(() -> state.dropped.toList());
  }

  public int openSessions() {
    return loop.call(() -> state.sessions.size());
  }

  public int maxOpenSessions() {
    return loop.call(() -> state.maxOpen);
  }

  public int sessionsOpened() {
    return loop.call(() -> state.opened);
  }

  /** The app takes inputs and works on none. */
  public RealtimeHandle hold() {
    loop.run(() -> state.held = true);
    return this;
  }

  public RealtimeHandle release() {
    loop.run(
        () -> {
          state.held = false;
          forEachSession(RealtimeSession::workOnInputs);
        });
    return this;
  }

  /** A text frame to all sessions, as it is. */
  public RealtimeHandle sendFrame(String text) {
    return applyToSessions(session -> session.sendFrame(Buffer.buffer(text), false));
  }

  /** A binary frame to all sessions, as it is. */
  public RealtimeHandle sendFrame(byte[] bytes) {
    return applyToSessions(session -> session.sendFrame(Buffer.buffer(bytes), true));
  }

  /** {@code TIMEOUT} to all sessions. */
  public RealtimeHandle sendTimeout() {
    return applyToSessions(RealtimeSession::sendTimeout);
  }

  /** {@code INTERNAL_ERROR} to all sessions. */
  public RealtimeHandle sendInternalError(String reason) {
    return applyToSessions(session -> session.sendInternalError(reason));
  }

  /** {@code Unauthorized} to all sessions. */
  public RealtimeHandle sendUnauthorized() {
    return applyToSessions(RealtimeSession::sendUnauthorized);
  }

  public RealtimeHandle closeSessions(int code, String reason) {
    return applyToSessions(session -> session.close(code, reason));
  }

  /** A TCP reset to all sessions. */
  public RealtimeHandle resetConnections() {
    return applyToSessions(RealtimeSession::resetConnection);
  }

  private RealtimeHandle applyToSessions(Consumer<RealtimeSession> action) {
    loop.run(() -> forEachSession(action));
    return this;
  }

  private void forEachSession(Consumer<RealtimeSession> action) {
    Set.copyOf(state.sessions).forEach(action);
  }
}
