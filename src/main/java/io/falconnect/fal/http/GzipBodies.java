// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;

/**
 * Answers that were compressed on the way though that was declined: streams are asked for as they
 * are, so that nothing holds an event back, and then OkHttp leaves their encoding alone.
 */
public final class GzipBodies {
  private static final String ENCODING = "Content-Encoding";
  private static final long UNKNOWN_LENGTH = -1;

  private GzipBodies() {}

  /** The answer as it was before it was compressed; the same one where it was not. */
  public static Response decoded(Response response) {
    if (!"gzip".equalsIgnoreCase(response.header(ENCODING))) {
      return response;
    }
    ResponseBody body = response.body();
    BufferedSource plain = Okio.buffer(new GzipSource(body.source()));
    return response
        .newBuilder()
        .removeHeader(ENCODING)
        .removeHeader("Content-Length")
        .body(ResponseBody.create(plain, body.contentType(), UNKNOWN_LENGTH))
        .build();
  }
}
