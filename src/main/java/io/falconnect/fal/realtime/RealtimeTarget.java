// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.EndpointId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import okhttp3.HttpUrl;

/**
 * Where realtime sessions are opened, and how.
 *
 * @param endpoint the app
 * @param path where the app listens below its endpoint id, such as {@code /realtime}
 * @param encoding what inputs are written in
 * @param maxBuffering how many inputs the app is asked to let wait, 1 to 60 as in fal's AsyncAPI
 *     description
 * @param tokenLife how long a token is asked to live; without one the key itself is sent, as a
 *     header
 */
public record RealtimeTarget(
    EndpointId endpoint,
    String path,
    RealtimeEncoding encoding,
    OptionalInt maxBuffering,
    Optional<Duration> tokenLife) {

  /**
   * What is asked for a session, as {@code http} or {@code https}.
   *
   * @param token goes into the query; null for none
   */
  HttpUrl url(HttpUrl runUrl, String token) {
    HttpUrl.Builder url = endpoint.at(runUrl, path).newBuilder();
    if (token != null) {
      url.addQueryParameter("fal_jwt_token", token);
    }
    maxBuffering.ifPresent(max -> url.addQueryParameter("max_buffering", Integer.toString(max)));
    return url.build();
  }

  /** The name tokens are minted for: the app's own, without owner and namespace. */
  String alias() {
    List<String> app = endpoint.app();
    return app.get(app.size() - 1);
  }
}
