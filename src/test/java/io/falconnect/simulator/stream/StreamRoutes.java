// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.account.RequestGate;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Answers;
import io.falconnect.simulator.http.AppPaths;
import io.falconnect.simulator.http.EventLoop;
import io.falconnect.simulator.http.Json;
import io.falconnect.simulator.http.SseWriter;
import io.falconnect.simulator.http.ValidationErrors;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Plain requests on the run host: {@code POST …/stream}, and runs that answer in one piece. */
public final class StreamRoutes {
  private static final String DEFAULT_PATH = "/stream";
  private static final String REQUEST_ID = "x-fal-request-id";
  private static final int ECHOES = 3;

  private final EventLoop loop;
  private final RequestGate gate;
  private final Map<String, StreamAppState> apps = new HashMap<>();

  public StreamRoutes(EventLoop loop, RequestGate gate) {
    this.loop = loop;
    this.gate = gate;
  }

  /** Sets how an endpoint's app answers from the next request on. */
  public StreamAppState register(String endpoint, StreamApp app) {
    StreamAppState state =
        apps.computeIfAbsent(
            AppPaths.join(endpoint, app.path()), path -> new StreamAppState(endpoint, app));
    state.app = app;
    return state;
  }

  public StreamAppState stateOf(String endpoint) {
    return apps.values().stream()
        .filter(state -> state.endpoint.equals(endpoint))
        .findFirst()
        .orElseGet(() -> register(endpoint, StreamApp.echo()));
  }

  public void handle(HttpServerRequest request) {
    StreamAppState state = find(request.path());
    Surface surface = state == null ? Surface.RUN : Surface.HTTP_STREAM;
    gate.readBody(
        request,
        surface,
        (same, body) -> {
          if (gate.admit(request)) {
            handleAdmitted(request, surface, state, body);
          }
        });
  }

  private StreamAppState find(String path) {
    StreamAppState known = apps.get(path);
    if (known == null && path.endsWith(DEFAULT_PATH)) {
      return register(path.substring(1, path.length() - DEFAULT_PATH.length()), StreamApp.echo());
    }
    return known;
  }

  private void handleAdmitted(
      HttpServerRequest request, Surface surface, StreamAppState state, String body) {
    if (!request.method().equals(HttpMethod.POST)) {
      Answers.sendDetail(request, 405, "Method Not Allowed");
      return;
    }
    String endpoint = state == null ? request.path().substring(1) : state.endpoint;
    List<Fault> faults = gate.takeFaults(surface, null, endpoint);
    boolean stream = state != null && state.app.contentType() == null;
    if (Answers.sendFault(request, faults, stream) || !gate.admitInput(request, body)) {
      return;
    }
    JsonNode input = Json.parseOrNull(body);
    if (input == null || !input.isObject()) {
      Answers.sendJson(request, 422, ValidationErrors.bodyIsNoObject());
      return;
    }
    if (state == null) {
      request.response().putHeader(REQUEST_ID, UUID.randomUUID().toString());
      Answers.sendJson(request, 200, Json.object().set("echo", input));
      return;
    }
    state.inputs.add(input);
    if (stream) {
      openStream(request, state, input, faults);
    } else {
      request
          .response()
          .putHeader(REQUEST_ID, UUID.randomUUID().toString())
          .putHeader("Content-Type", state.app.contentType())
          .end(Buffer.buffer(state.app.body()));
    }
  }

  private void openStream(
      HttpServerRequest request, StreamAppState state, JsonNode input, List<Fault> faults) {
    SseWriter writer = new SseWriter(loop, request, faults);
    StreamedAnswer streaming = new StreamedAnswer(loop, state, writer, outputsOf(state.app, input));
    state.addStream(streaming);
    Runnable gone =
        () -> {
          state.open.remove(streaming);
          streaming.onClose();
        };
    request.response().closeHandler(nothing -> gone.run());
    request.response().endHandler(nothing -> gone.run());
    request.response().exceptionHandler(failure -> gone.run());
    startAfter(
        state.app.headersAfter(),
        () -> {
          writer.open(UUID.randomUUID().toString());
          startAfter(state.app.firstEventAfter(), streaming::sendNext);
        });
  }

  private void startAfter(Duration delay, Runnable step) {
    if (delay.isZero()) {
      step.run();
    } else {
      loop.schedule(delay, step);
    }
  }

  private static List<String> outputsOf(StreamApp app, JsonNode input) {
    if (!app.outputs().isEmpty()) {
      return app.outputs();
    }
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < ECHOES; i++) {
      ObjectNode echo = Json.object().put("partial", i).put("done", i == ECHOES - 1);
      echo.set("echo", input);
      outputs.add(Json.text(echo));
    }
    return outputs;
  }
}
