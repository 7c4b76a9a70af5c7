// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.util.Map;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * An answer of fal's.
 *
 * @param headers each once
 */
record Answer(int status, Map<String, String> headers, String body) {
  static Answer of(int status) {
    return new Answer(status, Map.of(), "");
  }

  Response response() {
    return new Response.Builder()
        .request(new Request.Builder().url("https://queue.fal.run/a/b").build())
        .protocol(Protocol.HTTP_1_1)
        .code(status)
        .message("")
        .headers(Headers.of(headers))
        .body(ResponseBody.create(body, null))
        .build();
  }
}
