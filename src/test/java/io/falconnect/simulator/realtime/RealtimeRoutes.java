// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import io.falconnect.simulator.account.Credentials;
import io.falconnect.simulator.account.RequestGate;
import io.falconnect.simulator.account.TrafficLog;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Answers;
import io.falconnect.simulator.http.AppPaths;
import io.falconnect.simulator.http.Connections;
import io.falconnect.simulator.http.Endpoint;
import io.falconnect.simulator.http.EventLoop;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** WebSocket upgrades on the run host. */
public final class RealtimeRoutes {
  private static final String DEFAULT_PATH = "/realtime";

  private final EventLoop loop;
  private final RequestGate gate;
  private final TrafficLog traffic;
  private final Credentials access;
  private final int sessionLimit;
  private final RealtimeApp usual;
  private final Map<String, RealtimeAppState> apps = new HashMap<>();

  public RealtimeRoutes(
      EventLoop loop,
      RequestGate gate,
      TrafficLog traffic,
      Credentials access,
      RealtimeApp usual,
      int sessionLimit) {
    this.loop = loop;
    this.gate = gate;
    this.traffic = traffic;
    this.access = access;
    this.sessionLimit = sessionLimit;
    this.usual = usual;
  }

  /** Sets how an endpoint's app behaves from the next session on. */
  public RealtimeAppState register(String endpoint, RealtimeApp app) {
    RealtimeAppState state =
        apps.computeIfAbsent(
            AppPaths.of(endpoint, app.path()), path -> new RealtimeAppState(endpoint, app));
    state.app = app;
    return state;
  }

  public RealtimeAppState state(String endpoint) {
    return apps.values().stream()
        .filter(state -> state.endpoint.equals(endpoint))
        .findFirst()
        .orElseGet(() -> register(endpoint, usual));
  }

  public void handle(HttpServerRequest request) {
    gate.received(request, Surface.REALTIME, null);
    if (!gate.paced(request)) {
      return;
    }
    RealtimeAppState state = find(request.path());
    if (state == null) {
      Answers.detail(request, 404, "Path not found");
      return;
    }
    List<Fault> faults = gate.faults(Surface.REALTIME, null, state.endpoint);
    if (Answers.spoilt(request, faults, true)) {
      return;
    }
    if (sessionLimit > 0 && traffic.sessions() >= sessionLimit) {
      Answers.detail(request, 429, "Too many realtime sessions");
      return;
    }
    Channel channel = Connections.channel(request.connection());
    request.toWebSocket().onSuccess(socket -> open(request, socket, channel, state, faults));
  }

  private RealtimeAppState find(String path) {
    RealtimeAppState known = apps.get(path);
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
      RealtimeAppState state,
      List<Fault> faults) {
    WebSocketFrames frames =
        new WebSocketFrames(loop, socket, channel, faults, state.app.partialFrames());
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

  private void left(RealtimeAppState state, RealtimeSession session) {
    if (state.sessions.remove(session)) {
      session.left();
      traffic.sessionClosed();
    }
  }

  private void authorize(
      HttpServerRequest request, RealtimeAppState state, RealtimeSession session) {
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
