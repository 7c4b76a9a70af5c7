// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.queue;

import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.Endpoint;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * A parsed path of the queue's host.
 *
 * @param endpoint what stands before {@code /requests/}, or all of the path
 * @param requestId null for a submit
 */
record QueueTarget(Surface surface, HttpMethod method, Endpoint endpoint, String requestId) {

  /** Returns null for a path that fal does not know. */
  static QueueTarget parse(String path) {
    List<String> parts = List.of(path.substring(1).split("/"));
    int at = parts.indexOf("requests");
    if (at < 0) {
      return parts.size() < 2 ? null : create(Surface.SUBMIT, HttpMethod.POST, parts, null);
    }
    if (at < 2 || parts.size() < at + 2) {
      return null;
    }
    List<String> prefix = parts.subList(0, at);
    String id = parts.get(at + 1);
    return switch (String.join("/", parts.subList(at + 2, parts.size()))) {
      case "" -> create(Surface.RESULT, HttpMethod.GET, prefix, id);
      case "status" -> create(Surface.STATUS, HttpMethod.GET, prefix, id);
      case "status/stream" -> create(Surface.STATUS_STREAM, HttpMethod.GET, prefix, id);
      case "cancel" -> create(Surface.CANCEL, HttpMethod.PUT, prefix, id);
      default -> null;
    };
  }

  /** Whether the method is allowed; false if the path still has the endpoint's sub-path. */
  boolean allows(HttpMethod asked) {
    return method.equals(asked) && (surface == Surface.SUBMIT || endpoint.isApp());
  }

  private static QueueTarget create(
      Surface surface, HttpMethod method, List<String> endpoint, String requestId) {
    return new QueueTarget(surface, method, new Endpoint(String.join("/", endpoint)), requestId);
  }
}
