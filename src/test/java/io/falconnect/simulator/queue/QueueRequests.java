// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** All known requests by id. Lives on the event loop. */
public final class QueueRequests {
  private final EventLoop loop;
  private final Map<String, QueueRequest> requests = new HashMap<>();
  private final Map<String, Function<JsonNode, Script>> scripts = new HashMap<>();
  private final List<String> submittedIds = new ArrayList<>();
  private final boolean adoptUnknown;
  private Script setDefaultScript;

  public QueueRequests(EventLoop loop, Script defaultScript, boolean adoptUnknown) {
    this.loop = loop;
    this.setDefaultScript = defaultScript;
    this.adoptUnknown = adoptUnknown;
  }

  public void setDefaultScript(Script script) {
    setDefaultScript = script;
  }

  public void setScript(String endpoint, Function<JsonNode, Script> byInput) {
    scripts.put(endpoint, byInput);
  }

  QueueRequest submit(String endpoint, JsonNode input) {
    QueueRequest request =
        register(
            UUID.randomUUID().toString(),
            endpoint,
            scripts.getOrDefault(endpoint, any -> setDefaultScript).apply(input),
            input);
    submittedIds.add(request.id());
    return request;
  }

  public QueueRequest register(String id, String endpoint, Script script, JsonNode input) {
    QueueRequest request = new QueueRequest(loop, id, endpoint, script, input);
    QueueRequest before = requests.put(id, request);
    if (before != null) {
      before.stop();
    }
    request.start();
    return request;
  }

  /** The request of this id if it belongs to the app, or null. */
  QueueRequest find(String id, String app) {
    QueueRequest request = requests.get(id);
    if (request == null && adoptUnknown) {
      return register(id, app, setDefaultScript, null);
    }
    return request != null && request.endpoint().app().equals(app) ? request : null;
  }

  /** How many requests of the endpoint wait in the queue. */
  long countQueued(String endpoint) {
    return requests.values().stream()
        .filter(request -> request.endpoint().id().equals(endpoint))
        .filter(request -> request.step().status().equals(ScriptStep.IN_QUEUE))
        .count();
  }

  QueueRequest get(String id) {
    QueueRequest request = requests.get(id);
    if (request == null) {
      throw new IllegalArgumentException("no request " + id);
    }
    return request;
  }

  public void forget(String id) {
    QueueRequest request = requests.remove(id);
    if (request != null) {
      request.stop();
    }
  }

  public List<String> submittedIds() {
    return List.copyOf(submittedIds);
  }

  public int size() {
    return requests.size();
  }
}
