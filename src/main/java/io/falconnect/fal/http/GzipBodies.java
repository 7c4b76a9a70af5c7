// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;

/**
 * Decompresses answers that came compressed although the request asked for {@code identity}.
 * Streams are requested uncompressed, so that no compressor holds an event back; OkHttp then
 * decompresses nothing itself. Stateless.
 */
public final class GzipBodies {
  private static final String ENCODING = "Content-Encoding";
  private static final long UNKNOWN_LENGTH = -1;

  private GzipBodies() {}

  /** The response with a decompressed body, or the same response if it is not compressed. */
  public static Response decode(Response response) {
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
