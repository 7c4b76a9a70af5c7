// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.EventLoop;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Lets a test control and inspect one realtime app and its sessions. Any thread may use it. */
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

  /** The inputs that the full buffer dropped. */
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

  /** From now on the app buffers inputs and works on none, until {@link #release}. */
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

  /** Sends a text frame to all sessions. */
  public RealtimeHandle sendFrame(String text) {
    return applyToSessions(session -> session.sendFrame(Buffer.buffer(text), false));
  }

  /** Sends a binary frame to all sessions. */
  public RealtimeHandle sendFrame(byte[] bytes) {
    return applyToSessions(session -> session.sendFrame(Buffer.buffer(bytes), true));
  }

  /** Ends all sessions with {@code TIMEOUT}. */
  public RealtimeHandle sendTimeout() {
    return applyToSessions(RealtimeSession::sendTimeout);
  }

  /** Ends all sessions with {@code INTERNAL_ERROR}. */
  public RealtimeHandle sendInternalError(String reason) {
    return applyToSessions(session -> session.sendInternalError(reason));
  }

  /** Ends all sessions with {@code Unauthorized}. */
  public RealtimeHandle sendUnauthorized() {
    return applyToSessions(RealtimeSession::sendUnauthorized);
  }

  public RealtimeHandle closeSessions(int code, String reason) {
    return applyToSessions(session -> session.close(code, reason));
  }

  /** Closes that many of the next sessions as soon as they are open. */
  public RealtimeHandle refuseSessions(int count, int code, String reason) {
    loop.run(
        () -> {
          state.refusals = count;
          state.refusalCode = code;
          state.refusalReason = reason;
        });
    return this;
  }

  /** Resets the connections of all sessions. */
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
