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
            AppPaths.join(endpoint, app.path()), path -> new RealtimeAppState(endpoint, app));
    state.app = app;
    return state;
  }

  public RealtimeAppState stateOf(String endpoint) {
    return apps.values().stream()
        .filter(state -> state.endpoint.equals(endpoint))
        .findFirst()
        .orElseGet(() -> register(endpoint, usual));
  }

  public void handle(HttpServerRequest request) {
    gate.logRequest(request, Surface.REALTIME, null);
    if (!gate.admitByRate(request) || !gate.admitByLock(request)) {
      return;
    }
    RealtimeAppState state = find(request.path());
    if (state == null) {
      Answers.sendDetail(request, 404, "Path not found");
      return;
    }
    List<Fault> faults = gate.takeFaults(Surface.REALTIME, null, state.endpoint);
    if (Answers.sendFault(request, faults, true)) {
      return;
    }
    if (sessionLimit > 0 && traffic.openSessions() >= sessionLimit) {
      Answers.sendDetail(request, 429, "Too many realtime sessions");
      return;
    }
    Channel channel = Connections.channelOf(request.connection());
    Runnable open =
        () ->
            request
                .toWebSocket()
                .onSuccess(socket -> openSession(request, socket, channel, state, faults));
    if (state.app.handshake().isZero()) {
      open.run();
    } else {
      request.pause();
      loop.schedule(state.app.handshake(), open);
    }
  }

  private RealtimeAppState find(String path) {
    RealtimeAppState known = apps.get(path);
    if (known == null && path.endsWith(DEFAULT_PATH)) {
      String endpoint = path.substring(1, path.length() - DEFAULT_PATH.length());
      return register(endpoint, usual);
    }
    return known;
  }

  private void openSession(
      HttpServerRequest request,
      ServerWebSocket socket,
      Channel channel,
      RealtimeAppState state,
      List<Fault> faults) {
    WebSocketFrames frames =
        new WebSocketFrames(loop, socket, channel, faults, state.app.partialFrames());
    RealtimeSession session = new RealtimeSession(loop, state, frames);
    state.addSession(session);
    traffic.onSessionOpened();
    socket.closeHandler(nothing -> onSessionEnd(state, session));
    // A close frame of the client ends the session; the connection closes a little later.
    socket.frameHandler(
        frame -> {
          if (frame.isClose()) {
            onSessionEnd(state, session);
          }
        });
    // A reset is handled by the close handler.
    socket.exceptionHandler(failure -> {});
    socket.textMessageHandler(session::onText);
    socket.binaryMessageHandler(session::onBinary);
    authorize(request, state, session);
    if (state.refusals > 0) {
      state.refusals--;
      session.close(state.refusalCode, state.refusalReason);
    } else {
      session.begin();
    }
  }

  private void onSessionEnd(RealtimeAppState state, RealtimeSession session) {
    if (state.sessions.remove(session)) {
      session.onClientGone();
      traffic.onSessionClosed();
    }
  }

  private void authorize(
      HttpServerRequest request, RealtimeAppState state, RealtimeSession session) {
    String token = request.getParam("fal_jwt_token");
    if (token == null) {
      if (!access.allows(request)) {
        traffic.onUnauthorized();
        session.sendUnauthorized();
      }
      return;
    }
    Instant end = access.tokenExpiry(token, new Endpoint(state.endpoint).alias());
    if (end == null) {
      traffic.onUnauthorized();
      session.sendUnauthorized();
    } else if (state.app.endsWithToken()) {
      loop.schedule(Duration.between(Instant.now(), end), session::sendUnauthorized);
    }
  }
}
