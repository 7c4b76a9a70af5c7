// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.FaultQueue;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Answers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** The first step of every request: logs it, checks rate and key, and finds its faults. */
public final class RequestGate {
  private static final List<String> KEPT =
      List.of("accept", "authorization", "content-type", "host", "user-agent", "last-event-id");

  private final TrafficLog traffic;
  private final Credentials access;
  private final FaultQueue takeFaults;
  private final RateLimit rateLimit;
  private String forbiddenText;

  public RequestGate(
      TrafficLog traffic, Credentials access, FaultQueue faults, RateLimit rateLimit) {
    this.traffic = traffic;
    this.access = access;
    this.takeFaults = faults;
    this.rateLimit = rateLimit;
  }

  /** Reads the body if there is one, logs the request, then calls the next step. */
  public void readBody(
      HttpServerRequest request, Surface surface, BiConsumer<HttpServerRequest, String> next) {
    if (request.method().equals(HttpMethod.GET)) {
      logRequest(request, surface, null);
      next.accept(request, "");
      return;
    }
    request
        .body()
        .map(Buffer::toString)
        .onSuccess(
            body -> {
              logRequest(request, surface, body);
              next.accept(request, body);
            });
  }

  /** Refuses every posted input that contains a text; null refuses none. */
  public void forbidInputsWith(String text) {
    forbiddenText = text;
  }

  /** Checks an input. Returns false if it was refused and answered here. */
  public boolean admitInput(HttpServerRequest request, String body) {
    boolean allowed = forbiddenText == null || !body.contains(forbiddenText);
    if (!allowed) {
      Answers.sendDetail(request, 403, "This input is not allowed");
    }
    return allowed;
  }

  /** Checks whether the account is locked. Returns false if the request was answered here. */
  public boolean admitByLock(HttpServerRequest request) {
    String words = access.lockWords();
    if (words != null) {
      Answers.sendDetail(request, 403, words);
    }
    return words == null;
  }

  /** Checks rate, lock and key. Returns false if the request was refused and answered here. */
  public boolean admit(HttpServerRequest request) {
    if (!admitByRate(request) || !admitByLock(request)) {
      return false;
    }
    if (access.allows(request)) {
      return true;
    }
    traffic.onUnauthorized();
    Answers.sendDetail(request, 401, "Invalid credentials");
    return false;
  }

  /** Checks the rate. Returns false if the request was answered here with 429. */
  public boolean admitByRate(HttpServerRequest request) {
    boolean allowed = rateLimit.tryAcquire();
    if (!allowed) {
      traffic.onRateLimited();
      request.response().putHeader("Retry-After", "1");
      Answers.sendDetail(request, 429, "Too many requests");
    }
    return allowed;
  }

  public List<Fault> takeFaults(Surface surface, String requestId, String endpoint) {
    return takeFaults.takeNext(surface, requestId, endpoint);
  }

  public void logRequest(HttpServerRequest request, Surface surface, String body) {
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (KEPT.contains(lower) || lower.startsWith("x-fal")) {
                headers.put(lower, value);
              }
            });
    traffic.addRequest(
        new ReceivedRequest(
            surface, request.method().name(), request.path(), request.query(), headers, body));
  }
}
