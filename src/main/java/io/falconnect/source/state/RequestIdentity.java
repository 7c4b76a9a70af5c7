// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.QueueRequest;
import java.util.Comparator;

/**
 * Identifies a request: two control records with the same identity ask for the same watch. Ordered
 * by request id first, so that the watches of one request id are neighbours.
 *
 * @param requestId fal's id of the request
 * @param app the app of its endpoint: fal knows a request by the app, whatever the path below it
 */
public record RequestIdentity(String requestId, String app) implements Comparable<RequestIdentity> {
  private static final Comparator<RequestIdentity> ORDER =
      Comparator.comparing(RequestIdentity::requestId).thenComparing(RequestIdentity::app);

  public static RequestIdentity of(QueueRequest request) {
    return new RequestIdentity(request.requestId(), String.join("/", request.endpoint().app()));
  }

  @Override
  public int compareTo(RequestIdentity other) {
    return ORDER.compare(this, other);
  }
}
