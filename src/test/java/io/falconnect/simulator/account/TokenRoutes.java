// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Answers;
import io.falconnect.simulator.http.Json;
import io.falconnect.simulator.http.ValidationErrors;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The rest host: short-lived tokens. */
public final class TokenRoutes {
  private static final int DEFAULT_LIFE = 120;

  private final RequestGate gate;
  private final Credentials access;
  private TokenShape setShape;

  public TokenRoutes(RequestGate gate, Credentials access, TokenShape shape) {
    this.gate = gate;
    this.access = access;
    this.setShape = shape;
  }

  public void setShape(TokenShape other) {
    setShape = other;
  }

  public void handle(HttpServerRequest request) {
    gate.readBody(
        request,
        Surface.TOKENS,
        (same, body) -> {
          if (gate.admit(request)) {
            handleAdmitted(request, body);
          }
        });
  }

  private void handleAdmitted(HttpServerRequest request, String body) {
    if (!request.path().equals("/tokens/")) {
      Answers.sendDetail(request, 404, "Path not found");
    } else if (!request.method().equals(HttpMethod.POST)) {
      Answers.sendDetail(request, 405, "Method Not Allowed");
    } else if (!Answers.sendFault(request, gate.takeFaults(Surface.TOKENS, null, null), false)) {
      answerWithToken(request, Json.parseOrNull(body));
    }
  }

  private void answerWithToken(HttpServerRequest request, JsonNode asked) {
    Set<String> apps = new HashSet<>();
    if (asked != null) {
      asked.path("allowed_apps").forEach(app -> apps.add(app.asText()));
    }
    // fal wants the alias alone: an id with its owner would open nothing.
    if (apps.isEmpty() || apps.stream().anyMatch(app -> app.contains("/"))) {
      Answers.sendJson(request, 422, ValidationErrors.bodyIsNoObject());
      return;
    }
    long seconds = asked.path("token_expiration").asLong(DEFAULT_LIFE);
    String token = access.mintToken(apps, Duration.ofSeconds(seconds));
    Answers.sendJson(
        request,
        201,
        switch (setShape) {
          case STRING -> TextNode.valueOf(token);
          case DETAIL -> Json.object().put("detail", token);
          case TOKEN -> Json.object().put("token", token);
        });
  }
}
