// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.EventLoop;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Lets a test control and inspect one request in the queue. Any thread may use it. */
public final class RequestHandle {
  private final EventLoop loop;
  private final QueueRequests requests;
  private final String id;

  public RequestHandle(EventLoop loop, QueueRequests requests, String id) {
    this.loop = loop;
    this.requests = requests;
    this.id = id;
  }

  public String id() {
    return id;
  }

  /** Enters the next step of the script now. */
  public RequestHandle advance() {
    return change(QueueRequest::advance);
  }

  /** Enters all steps that are left, now. */
  public RequestHandle finish() {
    return change(QueueRequest::finish);
  }

  /** Adds a log line, which is sent at once. */
  public RequestHandle addLogLine(LogLine line) {
    return change(request -> request.addLine(line));
  }

  /** Stops the request's timers: it stays in its step. */
  public RequestHandle hold() {
    return change(QueueRequest::hold);
  }

  /** Starts the timers again: the current step lasts its full time from now. */
  public RequestHandle release() {
    return change(QueueRequest::release);
  }

  public String status() {
    return read(request -> request.step().status());
  }

  public boolean isCancelled() {
    return read(QueueRequest::isCancelled);
  }

  /** The lines written so far. */
  public List<LogLine> logLines() {
    return read(request -> List.copyOf(request.lines()));
  }

  /** The submitted input; null for a registered request. */
  public JsonNode input() {
    return read(QueueRequest::input);
  }

  private RequestHandle change(Consumer<QueueRequest> change) {
    loop.run(() -> change.accept(requests.get(id)));
    return this;
  }

  private <T> T read(Function<QueueRequest, T> reader) {
    return loop.call(() -> reader.apply(requests.get(id)));
  }
}
