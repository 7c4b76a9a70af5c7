// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.account.RequestGate;
import io.falconnect.simulator.account.TrafficLog;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Answers;
import io.falconnect.simulator.http.EventLoop;
import io.falconnect.simulator.http.Json;
import io.falconnect.simulator.http.SseWriter;
import io.falconnect.simulator.http.ValidationErrors;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Routes requests to the queue's host. Lives on the event loop. */
public final class QueueRoutes {
  private final EventLoop loop;
  private final RequestGate gate;
  private final TrafficLog traffic;
  private final QueueRequests requests;
  private final StatusJson statusJson;
  private final Set<StatusStream> streams = new HashSet<>();

  public QueueRoutes(
      EventLoop loop,
      RequestGate gate,
      TrafficLog traffic,
      QueueRequests requests,
      StatusJson statusJson) {
    this.loop = loop;
    this.gate = gate;
    this.traffic = traffic;
    this.requests = requests;
    this.statusJson = statusJson;
  }

  public void handle(HttpServerRequest request) {
    QueueTarget target = QueueTarget.parse(request.path());
    gate.readBody(
        request,
        target == null ? null : target.surface(),
        (same, body) -> route(target, same, body));
  }

  /** Sends a comment on every open stream; one timer calls it for all streams. */
  public void sendComments() {
    streams.forEach(StatusStream::sendComment);
  }

  private void route(QueueTarget target, HttpServerRequest request, String body) {
    if (target == null) {
      Answers.sendDetail(request, 404, "Path not found");
    } else if (gate.admit(request)) {
      handleAdmitted(target, request, body);
    }
  }

  private void handleAdmitted(QueueTarget target, HttpServerRequest request, String body) {
    if (!target.allows(request.method())) {
      Answers.sendDetail(request, 405, "Method Not Allowed");
      return;
    }
    List<Fault> faults =
        gate.takeFaults(target.surface(), target.requestId(), target.endpoint().id());
    boolean stream = target.surface() == Surface.STATUS_STREAM;
    if (Answers.sendFault(request, faults, stream)) {
      return;
    }
    if (target.surface() == Surface.SUBMIT && !gate.admitInput(request, body)) {
      return;
    }
    if (target.surface() == Surface.SUBMIT) {
      submit(target.endpoint().id(), request, body, faults);
      return;
    }
    QueueRequest found = requests.find(target.requestId(), target.endpoint().app());
    if (found == null) {
      sendNotFound(request, target.surface());
      return;
    }
    switch (target.surface()) {
      case STATUS -> sendStatus(request, found, found.step().isCompleted() ? 200 : 202);
      case STATUS_STREAM -> openStream(request, found, faults);
      case CANCEL -> cancel(request, found);
      default -> sendResult(request, found);
    }
  }

  private static void sendNotFound(HttpServerRequest request, Surface surface) {
    if (surface == Surface.CANCEL) {
      Answers.sendJson(request, 404, Json.object().put("status", "NOT_FOUND"));
    } else {
      Answers.sendDetail(request, 404, "Request not found");
    }
  }

  private void submit(String endpoint, HttpServerRequest request, String body, List<Fault> faults) {
    JsonNode input = Json.parseOrNull(body);
    if (input == null || !input.isObject()) {
      Answers.sendJson(request, 422, ValidationErrors.bodyIsNoObject());
      return;
    }
    String longest = request.getParam("fal_max_queue_length");
    if (longest != null && requests.countQueued(endpoint) > Integer.parseInt(longest)) {
      Answers.sendDetail(request, 429, "The queue is longer than " + longest);
      return;
    }
    QueueRequest submitted = requests.submit(endpoint, input);
    ObjectNode answer = statusJson.createWithUrls(submitted, ScriptStep.IN_QUEUE);
    Long position = submitted.step().queuePosition();
    answer.put("queue_position", position == null ? 0 : position);
    for (Fault fault : faults) {
      if (fault instanceof Fault.DelayedAnswer late) {
        loop.schedule(late.delay(), () -> answerIfOpen(request, answer));
        return;
      }
    }
    Answers.sendJson(request, 200, answer);
  }

  private static void answerIfOpen(HttpServerRequest request, ObjectNode answer) {
    if (!request.response().closed()) {
      Answers.sendJson(request, 200, answer);
    }
  }

  private void sendStatus(HttpServerRequest request, QueueRequest found, int code) {
    Answers.sendJson(request, code, statusJson.create(found, wantsLogs(request), found.lines()));
  }

  private void openStream(HttpServerRequest request, QueueRequest found, List<Fault> faults) {
    for (Fault fault : faults) {
      if (fault instanceof Fault.JsonInstead instead) {
        sendStatus(request, found, instead.status());
        return;
      }
    }
    boolean reconnect = traffic.streamsOpened(found.id()) > 0;
    SseWriter writer = new SseWriter(loop, request, faults);
    StatusStream stream = new StatusStream(found, writer, statusJson, wantsLogs(request));
    streams.add(stream);
    traffic.onStreamOpened(found.id());
    stream.onClose(
        request.response(),
        () -> {
          streams.remove(stream);
          traffic.onStreamClosed();
        });
    stream.open(reconnect);
  }

  private static void cancel(HttpServerRequest request, QueueRequest found) {
    boolean accepted = found.cancel();
    String word = accepted ? "CANCELLATION_REQUESTED" : "ALREADY_COMPLETED";
    Answers.sendJson(request, accepted ? 202 : 400, Json.object().put("status", word));
  }

  private static void sendResult(HttpServerRequest request, QueueRequest found) {
    request.response().putHeader("x-fal-request-id", found.id());
    if (!found.step().isCompleted()) {
      Answers.sendDetail(request, 400, "Request is still in progress");
    } else if (found.isCancelled()) {
      request.response().putHeader("X-Fal-Error-Type", found.step().errorType());
      Answers.sendJson(
          request,
          499,
          Json.object()
              .put("detail", found.step().error())
              .put("error_type", found.step().errorType()));
    } else {
      if (found.step().errorType() != null) {
        request.response().putHeader("X-Fal-Error-Type", found.step().errorType());
      }
      if (found.script().billableUnits() != null) {
        request.response().putHeader("X-Fal-Billable-Units", found.script().billableUnits());
      }
      Answers.sendJson(request, found.script().resultStatus(), found.script().result());
    }
  }

  private static boolean wantsLogs(HttpServerRequest request) {
    String value = request.getParam("logs");
    return "1".equals(value) || "true".equals(value);
  }
}
