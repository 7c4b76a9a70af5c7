// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** WebSocket upgrades on the run host. */
final class RealtimeRoutes {
  private static final String DEFAULT_PATH = "/realtime";

  private final Loop loop;
  private final Gate gate;
  private final Traffic traffic;
  private final Access access;
  private final int sessionLimit;
  private final RealtimeApp usual;
  private final Map<String, RealtimeState> apps = new HashMap<>();

  RealtimeRoutes(Loop loop, Gate gate, Traffic traffic, Access access, SimulatorConfig config) {
    this.loop = loop;
    this.gate = gate;
    this.traffic = traffic;
    this.access = access;
    this.sessionLimit = config.realtimeSessionLimit();
    this.usual = config.realtimeApp();
  }

  /** Sets how an endpoint's app behaves from the next session on. */
  RealtimeState register(String endpoint, RealtimeApp app) {
    RealtimeState state =
        apps.computeIfAbsent(
            Paths.of(endpoint, app.path()), path -> new RealtimeState(endpoint, app));
    state.app = app;
    return state;
  }

  RealtimeState state(String endpoint) {
    return apps.values().stream()
        .filter(state -> state.endpoint.equals(endpoint))
        .findFirst()
        .orElseGet(() -> register(endpoint, usual));
  }

  void handle(HttpServerRequest request) {
    gate.received(request, Surface.REALTIME, null);
    if (!gate.paced(request)) {
      return;
    }
    RealtimeState state = find(request.path());
    if (state == null) {
      Answer.detail(request, 404, "Path not found");
      return;
    }
    List<Fault> faults = gate.faults(Surface.REALTIME, null, state.endpoint);
    if (Answer.spoilt(request, faults, true)) {
      return;
    }
    if (sessionLimit > 0 && traffic.sessions() >= sessionLimit) {
      Answer.detail(request, 429, "Too many realtime sessions");
      return;
    }
    Channel channel = Wires.channel(request.connection());
    request.toWebSocket().onSuccess(socket -> open(request, socket, channel, state, faults));
  }

  private RealtimeState find(String path) {
    RealtimeState known = apps.get(path);
    if (known == null && path.endsWith(DEFAULT_PATH)) {
      String endpoint = path.substring(1, path.length() - DEFAULT_PATH.length());
      return register(endpoint, usual);
    }
    return known;
  }

  private void open(
      HttpServerRequest request,
      ServerWebSocket socket,
      Channel channel,
      RealtimeState state,
      List<Fault> faults) {
    Frames frames = new Frames(loop, socket, channel, faults, state.app.partialFrames());
    RealtimeSession session =
        new RealtimeSession(loop, state, frames, bufferSize(request, state.app));
    state.joined(session);
    traffic.sessionOpened();
    socket.closeHandler(nothing -> left(state, session));
    // With the client's goodbye it is over, though the connection takes a little longer to go.
    socket.frameHandler(
        frame -> {
          if (frame.isClose()) {
            left(state, session);
          }
        });
    // A reset connection is news for the close handler only.
    socket.exceptionHandler(failure -> {});
    socket.textMessageHandler(session::text);
    socket.binaryMessageHandler(session::binary);
    authorize(request, state, session);
  }

  private void left(RealtimeState state, RealtimeSession session) {
    if (state.sessions.remove(session)) {
      session.left();
      traffic.sessionClosed();
    }
  }

  private void authorize(HttpServerRequest request, RealtimeState state, RealtimeSession session) {
    String token = request.getParam("fal_jwt_token");
    if (token == null) {
      if (!access.allows(request)) {
        traffic.refused();
        session.unauthorized();
      }
      return;
    }
    Instant end = access.tokenEnd(token, new Endpoint(state.endpoint).alias());
    if (end == null) {
      traffic.refused();
      session.unauthorized();
    } else if (state.app.endsWithToken()) {
      loop.after(Duration.between(Instant.now(), end), session::unauthorized);
    }
  }

  private static int bufferSize(HttpServerRequest request, RealtimeApp app) {
    String asked = request.getParam("max_buffering");
    return asked == null ? app.buffer() : Integer.parseInt(asked);
  }
}
