// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.fault.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Sends answers in one piece, correct or with a fault. */
public final class Answers {
  private Answers() {}

  public static void sendJson(HttpServerRequest request, int status, JsonNode body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(Buffer.buffer(Json.bytes(body)));
  }

  public static void sendDetail(HttpServerRequest request, int status, String detail) {
    sendJson(request, status, Json.object().put("detail", detail));
  }

  /** Sends a fault in place of the answer. Returns false if no fault replaces it. */
  public static boolean sendFault(HttpServerRequest request, List<Fault> faults, boolean stream) {
    for (Fault fault : faults) {
      if (fault instanceof Fault.Reply reply) {
        send(request, reply);
        return true;
      }
      if (fault instanceof Fault.Break end && (end.isBeforeHeaders() || !stream)) {
        endEarly(request, end);
        return true;
      }
    }
    return false;
  }

  private static void send(HttpServerRequest request, Fault.Reply reply) {
    HttpServerResponse response = request.response().setStatusCode(reply.status());
    if (!reply.body().isEmpty()) {
      response.putHeader("Content-Type", "application/json");
    }
    reply.headers().forEach(response::putHeader);
    response.end(reply.body());
  }

  /** Ends an answer in one piece as a fault says. */
  private static void endEarly(HttpServerRequest request, Fault.Break end) {
    switch (end.ending()) {
      case RESET -> Connections.reset(Connections.channelOf(request.connection()));
      case RESET_STREAM -> request.response().reset();
      case RESET_MID_EVENT -> resetInsideBody(request);
      case CLEAN -> request.response().end();
      case DEAD -> Connections.stopReading(Connections.channelOf(request.connection()));
      case SILENCE -> {}
    }
  }

  private static void resetInsideBody(HttpServerRequest request) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Content-Length", "1000")
        .write("{\"status\":")
        .onComplete(written -> Connections.reset(Connections.channelOf(request.connection())));
  }
}
