// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.fault.Fault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Writes the events of one stream, wrongly where a fault says so. */
public final class SseWriter {
  private static final Buffer COMMENT = Buffer.buffer(": ping\n\n");

  private final EventLoop loop;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final SseEncoder encoder;
  private final List<Fault> faults;
  private final Fault.Break end;
  private Future<Void> tail = Future.succeededFuture();
  private String requestId;
  private int sent;
  private boolean over;

  public SseWriter(EventLoop loop, HttpServerRequest request, List<Fault> faults) {
    this.loop = loop;
    this.request = request;
    this.response = request.response();
    this.faults = faults;
    this.encoder = new SseEncoder(loop, faults);
    this.end =
        faults.stream()
            .filter(Fault.Break.class::isInstance)
            .map(Fault.Break.class::cast)
            .findFirst()
            .orElse(null);
  }

  public void open(String requestId) {
    this.requestId = requestId;
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("Cache-Control", "no-cache")
        .putHeader("x-fal-request-id", requestId);
    tail = response.writeHead();
    Buffer prologue = encoder.prologue();
    if (prologue.length() > 0) {
      write(List.of(prologue));
    }
    endIfDue();
    for (Fault fault : faults) {
      if (fault instanceof Fault.Odd odd) {
        oddEvent(odd.kind());
      }
    }
  }

  /** True once the stream has ended, by a fault or properly. */
  public boolean over() {
    return over;
  }

  public void event(ObjectNode json) {
    text(Json.text(encoder.decorated(json, sent == 0)));
  }

  public void event(JsonNode json) {
    text(Json.text(json));
  }

  public void comment() {
    for (Fault fault : faults) {
      if (fault instanceof Fault.Babble babble) {
        oddEvent(babble.kind());
        return;
      }
    }
    if (!over) {
      write(List.of(COMMENT));
    }
  }

  public void close() {
    if (!over) {
      over = true;
      tail = tail.compose(written -> response.end());
    }
  }

  private void oddEvent(Fault.Kind kind) {
    switch (kind) {
      case UNKNOWN_STATUS -> text(Json.text(status("PAUSED", requestId)));
      case EMPTY -> text("");
      case NOT_JSON -> text("{\"status\": IN_QUE");
      case NOT_AN_OBJECT -> text("[\"IN_QUEUE\", 3]");
      case OTHER_REQUEST -> text(Json.text(status("COMPLETED", "another-request")));
      case HUGE_LOG_LINE -> {}
    }
  }

  private static ObjectNode status(String word, String requestId) {
    return Json.object().put("status", word).put("request_id", requestId);
  }

  private void text(String data) {
    if (over) {
      return;
    }
    if (end != null && end.ending() == Fault.Ending.RESET_MID_EVENT && sent == end.afterEvents()) {
      Buffer whole = encoder.encode(data);
      write(List.of(whole.slice(0, whole.length() / 2)));
      finish(Fault.Ending.RESET);
      return;
    }
    write(encoder.pieces(data));
    sent++;
    endIfDue();
  }

  private void write(List<Buffer> pieces) {
    if (pieces.size() == 1 && tail.succeeded()) {
      tail = response.write(pieces.get(0));
      return;
    }
    for (Buffer piece : pieces) {
      tail = tail.compose(written -> response.write(piece));
      if (pieces.size() > 1) {
        tail = tail.compose(written -> encoder.pause());
      }
    }
  }

  private void endIfDue() {
    if (end != null
        && !over
        && sent == end.afterEvents()
        && end.ending() != Fault.Ending.RESET_MID_EVENT) {
      finish(end.ending());
    }
  }

  private void finish(Fault.Ending ending) {
    over = true;
    switch (ending) {
      case RESET, RESET_MID_EVENT ->
          tail.onComplete(
              written -> Connections.resetSoon(loop, Connections.channel(request.connection())));
      case RESET_STREAM ->
          tail.onComplete(written -> loop.after(Connections.READING_TIME, response::reset));
      case CLEAN -> tail.onComplete(written -> response.end());
      case DEAD ->
          tail.onComplete(written -> Connections.deafen(Connections.channel(request.connection())));
      case SILENCE -> {}
    }
  }
}
