// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.fault.Fault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Writes the events of one stream, with the faults of its connection. */
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
  private boolean isClosed;

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
    Buffer prologue = encoder.createPrologue();
    if (prologue.length() > 0) {
      write(List.of(prologue));
    }
    endIfDue();
    for (Fault fault : faults) {
      if (fault instanceof Fault.StrangeEvent odd) {
        writeStrangeEvent(odd.kind());
      }
    }
  }

  /** Whether the stream has ended, by a fault or regularly. */
  public boolean isClosed() {
    return isClosed;
  }

  public void writeEvent(ObjectNode json) {
    writeText(Json.text(encoder.addExtras(json, sent == 0)));
  }

  public void writeEvent(String data) {
    writeText(data);
  }

  public void writeComment() {
    for (Fault fault : faults) {
      if (fault instanceof Fault.StrangeComments babble) {
        writeStrangeEvent(babble.kind());
        return;
      }
    }
    if (!isClosed) {
      write(List.of(COMMENT));
    }
  }

  public void close() {
    if (!isClosed) {
      isClosed = true;
      tail = tail.compose(written -> response.end());
    }
  }

  private void writeStrangeEvent(Fault.StrangeKind kind) {
    switch (kind) {
      case UNKNOWN_STATUS -> writeText(Json.text(statusJson("PAUSED", requestId)));
      case EMPTY -> writeText("");
      case NOT_JSON -> writeText("{\"status\": IN_QUE");
      case NOT_AN_OBJECT -> writeText("[\"IN_QUEUE\", 3]");
      case OTHER_REQUEST -> writeText(Json.text(statusJson("COMPLETED", "another-request")));
      case COMMENT_AS_DATA -> writeText(": ping");
      case HUGE_LOG_LINE -> {}
    }
  }

  private static ObjectNode statusJson(String word, String requestId) {
    return Json.object().put("status", word).put("request_id", requestId);
  }

  private void writeText(String data) {
    if (isClosed) {
      return;
    }
    if (end != null && end.ending() == Fault.Ending.RESET_MID_EVENT && sent == end.afterEvents()) {
      Buffer whole = encoder.encode(data);
      write(List.of(whole.slice(0, whole.length() / 2)));
      endWith(Fault.Ending.RESET);
      return;
    }
    write(encoder.encodeInPieces(data));
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
        tail = tail.compose(written -> encoder.pauseBetweenPieces());
      }
    }
  }

  private void endIfDue() {
    if (end != null
        && !isClosed
        && sent == end.afterEvents()
        && end.ending() != Fault.Ending.RESET_MID_EVENT) {
      endWith(end.ending());
    }
  }

  private void endWith(Fault.Ending ending) {
    isClosed = true;
    switch (ending) {
      case RESET, RESET_MID_EVENT ->
          tail.onComplete(
              written ->
                  Connections.resetAfterReading(loop, Connections.channelOf(request.connection())));
      case RESET_STREAM ->
          tail.onComplete(written -> loop.schedule(Connections.READING_TIME, response::reset));
      case CLEAN -> tail.onComplete(written -> response.end());
      case DEAD ->
          tail.onComplete(
              written -> Connections.stopReading(Connections.channelOf(request.connection())));
      case SILENCE -> {}
    }
  }
}
