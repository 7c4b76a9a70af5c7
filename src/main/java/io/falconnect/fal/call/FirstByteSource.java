// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * The body of an answer, with another read timeout from its first byte on. Used by the thread that
 * reads the answer.
 */
final class FirstByteSource extends ForwardingSource {
  private final Duration timeout;
  private final Runnable onFirstByte;
  private boolean isStarted;

  private FirstByteSource(Source delegate, Duration timeout, Runnable onFirstByte) {
    super(delegate);
    this.timeout = timeout;
    this.onFirstByte = onFirstByte;
  }

  /**
   * The response with such a body.
   *
   * @param timeout how long each read may take after the first byte
   * @param onFirstByte called once, before the first byte is handed on
   */
  static Response wrap(Response response, Duration timeout, Runnable onFirstByte) {
    ResponseBody body = response.body();
    FirstByteSource source = new FirstByteSource(body.source(), timeout, onFirstByte);
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(source), body.contentType(), body.contentLength()))
        .build();
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long read = super.read(sink, byteCount);
    if (read > 0 && !isStarted) {
      isStarted = true;
      timeout().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
      onFirstByte.run();
    }
    return read;
  }
}
