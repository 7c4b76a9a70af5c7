// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import io.falconnect.simulator.http.SseWriter;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** One open status stream: sends the current status, then every change. */
final class StatusStream {
  private final QueueRequest request;
  private final SseWriter writer;
  private final StatusJson statusJson;
  private final boolean logs;
  private int cursor;
  private boolean closed;

  public StatusStream(QueueRequest request, SseWriter writer, StatusJson statusJson, boolean logs) {
    this.request = request;
    this.writer = writer;
    this.statusJson = statusJson;
    this.logs = logs;
  }

  void open(boolean reconnect) {
    LogsOnReconnect choice = request.script().logsOnReconnect();
    cursor = choice == LogsOnReconnect.INCREMENTAL ? request.linesSent() : 0;
    writer.open(request.id());
    if (reconnect && logs && choice == LogsOnReconnect.REPEAT_ONE_BY_ONE) {
      sendLinesOneByOne();
    }
    request.addStream(this);
    sendStatus();
  }

  /** Sends the current status with the log lines that this stream has not sent yet. */
  void sendStatus() {
    boolean carriesLogs = StatusJson.carriesLogs(request.step().status());
    List<LogLine> lines = request.lines();
    int from = carriesLogs && logs ? cursor : lines.size();
    writer.writeEvent(statusJson.create(request, logs, lines.subList(from, lines.size())));
    if (carriesLogs && logs) {
      markSent(lines.size());
    }
    if (request.step().isLast()) {
      writer.close();
    }
  }

  void sendComment() {
    writer.writeComment();
  }

  void onClose(HttpServerResponse response, Runnable action) {
    response.closeHandler(nothing -> close(action));
    response.endHandler(nothing -> close(action));
    response.exceptionHandler(failure -> close(action));
  }

  private void close(Runnable action) {
    if (!closed) {
      closed = true;
      request.removeStream(this);
      action.run();
    }
  }

  /** Sends all lines but the last, which is sent with the current status. */
  private void sendLinesOneByOne() {
    List<LogLine> lines = request.lines();
    if (!StatusJson.carriesLogs(request.step().status())) {
      return;
    }
    for (int i = 0; i + 1 < lines.size(); i++) {
      writer.writeEvent(
          statusJson.create(request, ScriptStep.IN_PROGRESS, true, lines.subList(i, i + 1)));
      markSent(i + 1);
    }
  }

  private void markSent(int count) {
    cursor = count;
    request.markLinesSent(count);
  }
}
