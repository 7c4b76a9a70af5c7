// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.util.Map;
import okhttp3.Request;

/**
 * Headers that a user sets for all submissions, streams and realtime sessions, such as {@code
 * x-fal-store-io}. A value may be a secret. Immutable; {@link #toString()} has no values.
 */
public final class PlatformHeaders {
  /** No headers. */
  public static final PlatformHeaders NONE = new PlatformHeaders(Map.of());

  private final Map<String, String> headers;

  /**
   * Holds headers that can be sent.
   *
   * @param headers values by name
   */
  public PlatformHeaders(Map<String, String> headers) {
    this.headers = Map.copyOf(headers);
  }

  /** Sets the headers on a request. */
  public Request.Builder addTo(Request.Builder request) {
    headers.forEach(request::header);
    return request;
  }

  @Override
  public String toString() {
    return headers.keySet().toString();
  }
}
