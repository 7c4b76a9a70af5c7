// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.Endpoint;
import io.falconnect.simulator.http.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One request in the queue: follows its script by timers. Lives on the event loop. */
final class QueueRequest {
  private final EventLoop loop;
  private final String id;
  private final Endpoint endpoint;
  private final Script script;
  private final JsonNode input;
  private final List<LogLine> lines = new ArrayList<>();
  private final List<StatusStream> streams = new ArrayList<>(1);
  private ScriptStep step;
  private int index;
  private int linesSent;
  private long due;
  private Long timer;
  private boolean held;
  private boolean isCancelled;

  QueueRequest(EventLoop loop, String id, String endpoint, Script script, JsonNode input) {
    this.loop = loop;
    this.id = id;
    this.endpoint = new Endpoint(endpoint);
    this.script = script;
    this.input = input;
  }

  void start() {
    due = System.nanoTime();
    enter(script.steps().get(0));
    scheduleNextStep();
  }

  /** Enters the next step now. */
  void advance() {
    stopTimer();
    due = System.nanoTime();
    enterNext();
    scheduleNextStep();
  }

  /** Enters all steps that are left, now. */
  void finish() {
    stopTimer();
    while (index + 1 < script.steps().size()) {
      enterNext();
    }
  }

  /** Adds a log line to the current step and sends it to open streams. */
  void addLine(LogLine line) {
    lines.add(line.withTimestamp(Instant.now()));
    notifyStreams();
  }

  void hold() {
    held = true;
    stopTimer();
  }

  void release() {
    held = false;
    stopTimer();
    due = System.nanoTime();
    scheduleNextStep();
  }

  /** Cancels the request. Returns false if it is already completed. */
  boolean cancel() {
    if (step.isCompleted()) {
      return false;
    }
    stopTimer();
    isCancelled = true;
    index = script.steps().size();
    enter(ScriptStep.cancelled());
    return true;
  }

  void stop() {
    stopTimer();
  }

  void addStream(StatusStream stream) {
    streams.add(stream);
  }

  void removeStream(StatusStream stream) {
    streams.remove(stream);
  }

  /** Notes how many log lines have been sent on any stream. */
  void markLinesSent(int count) {
    linesSent = Math.max(linesSent, count);
  }

  String id() {
    return id;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Script script() {
    return script;
  }

  JsonNode input() {
    return input;
  }

  ScriptStep step() {
    return step;
  }

  List<LogLine> lines() {
    return lines;
  }

  int linesSent() {
    return linesSent;
  }

  boolean isCancelled() {
    return isCancelled;
  }

  private void scheduleNextStep() {
    if (script.manual() || held || index + 1 >= script.steps().size()) {
      return;
    }
    due += script.steps().get(index + 1).after().toNanos();
    Duration left = Duration.ofNanos(due - System.nanoTime());
    timer =
        loop.schedule(
            left,
            () -> {
              timer = null;
              enterNext();
              scheduleNextStep();
            });
  }

  private void stopTimer() {
    if (timer != null) {
      loop.cancel(timer);
      timer = null;
    }
  }

  private void enterNext() {
    if (index + 1 < script.steps().size()) {
      index++;
      enter(script.steps().get(index));
    }
  }

  private void enter(ScriptStep next) {
    step = next;
    Instant now = Instant.now();
    next.lines().forEach(line -> lines.add(line.withTimestamp(now)));
    notifyStreams();
  }

  private void notifyStreams() {
    // A copy, because a stream removes itself when it has sent the end.
    List.copyOf(streams).forEach(StatusStream::sendStatus);
  }
}
