// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.IOException;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps OkHttp from sending a request again by itself after 408 and 503. OkHttp would do so at once
 * where {@code Retry-After} asks for no wait, and cannot read a wait of more digits than an {@code
 * int} has. So it is shown another wait, and the caller gets the header as fal sent it. Stateless.
 */
final class RepeatGuard {
  private static final Set<Integer> REPEATED = Set.of(408, 503);
  private static final String WAIT = "Retry-After";
  private static final String HIDDEN_WAIT = "Hidden-Retry-After";

  private RepeatGuard() {}

  /** A network interceptor: hides the header from OkHttp. */
  static Response hideWait(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!REPEATED.contains(response.code())) {
      return response;
    }
    Response.Builder hidden = response.newBuilder().removeHeader(HIDDEN_WAIT).header(WAIT, "1");
    String wait = response.header(WAIT);
    return (wait == null ? hidden : hidden.header(HIDDEN_WAIT, wait)).build();
  }

  /** An application interceptor: restores the header. */
  static Response restoreWait(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!REPEATED.contains(response.code())) {
      return response;
    }
    String wait = response.header(HIDDEN_WAIT);
    Response.Builder restored = response.newBuilder().removeHeader(HIDDEN_WAIT);
    return (wait == null ? restored.removeHeader(WAIT) : restored.header(WAIT, wait)).build();
  }
}
