// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.EndpointId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import okhttp3.HttpUrl;

/**
 * Where and how realtime sessions are opened.
 *
 * @param endpoint the app
 * @param path below the endpoint id, usually {@code /realtime}
 * @param maxBuffering how many inputs the app is asked to buffer, 1 to 60 by fal's AsyncAPI
 *     description; empty for the app's default
 * @param tokenLife how long a token is to live; if empty, no token is used and the key itself is
 *     sent as a header
 * @param ignored the frames of the app that are no outputs
 */
public record RealtimeTarget(
    EndpointId endpoint,
    String path,
    OptionalInt maxBuffering,
    Optional<Duration> tokenLife,
    List<FramePattern> ignored) {

  /**
   * The URL of a session, with the scheme {@code http} or {@code https}, as OkHttp wants it.
   *
   * @param token for the query, or null
   */
  HttpUrl url(HttpUrl runUrl, String token) {
    HttpUrl.Builder url = endpoint.at(runUrl, path).newBuilder();
    if (token != null) {
      url.addQueryParameter("fal_jwt_token", token);
    }
    maxBuffering.ifPresent(max -> url.addQueryParameter("max_buffering", Integer.toString(max)));
    return url.build();
  }

  /** The app's name without owner and namespace: what fal mints tokens for. */
  String alias() {
    List<String> app = endpoint.app();
    return app.get(app.size() - 1);
  }
}
