// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Status objects as fal writes them. */
public final class StatusJson {
  private final Supplier<String> queueUrl;
  private final boolean stamped;

  public StatusJson(Supplier<String> queueUrl, boolean stamped) {
    this.queueUrl = queueUrl;
    this.stamped = stamped;
  }

  ObjectNode create(QueueRequest request, boolean logs, List<LogLine> lines) {
    return create(request, request.step().status(), logs, lines);
  }

  /** The request's status object with another status. */
  ObjectNode create(QueueRequest request, String status, boolean logs, List<LogLine> lines) {
    ScriptStep step = request.step();
    ObjectNode json = createWithUrls(request, status);
    if (step.queuePosition() != null) {
      json.put("queue_position", step.queuePosition());
    }
    if (carriesLogs(status)) {
      json.set("logs", logs ? toArray(lines) : null);
    }
    if (ScriptStep.COMPLETED.equals(status)) {
      addEnd(json, step);
    } else if (step.isFailed()) {
      json.put("error", step.error());
    }
    if (stamped) {
      Instant now = Instant.now();
      json.put("emitted_at", now.getEpochSecond() * 1e3 + now.getNano() / 1e6);
    }
    return json;
  }

  ObjectNode createWithUrls(QueueRequest request, String status) {
    String url = queueUrl.get() + "/" + request.endpoint().app() + "/requests/" + request.id();
    return Json.object()
        .put("status", status)
        .put("request_id", request.id())
        .put("response_url", url)
        .put("status_url", url + "/status")
        .put("cancel_url", url + "/cancel");
  }

  static boolean carriesLogs(String status) {
    return ScriptStep.IN_PROGRESS.equals(status) || ScriptStep.COMPLETED.equals(status);
  }

  private static void addEnd(ObjectNode json, ScriptStep step) {
    if (step.inferenceTime() != null) {
      json.putObject("metrics").put("inference_time", step.inferenceTime());
    } else {
      json.putNull("metrics");
    }
    if (step.isFailed()) {
      json.put("error", step.error()).put("error_type", step.errorType());
    }
  }

  private static ArrayNode toArray(List<LogLine> lines) {
    ArrayNode array = Json.array();
    lines.forEach(line -> array.add(line.toJson()));
    return array;
  }
}
