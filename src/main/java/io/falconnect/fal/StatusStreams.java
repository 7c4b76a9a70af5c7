// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSources;
import okio.BufferedSource;
import okio.Okio;

/**
 * Opens status streams: {@code GET …/requests/{id}/status/stream}. Opening returns at once; what
 * happens is told to the sink. Whoever opens decides how many to open at a time.
 */
public final class StatusStreams {
  /** More than any sane event; a stream that goes on without an end of event is cut here. */
  static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

  private final FalSettings settings;
  private final SignalSink sink;
  private final HttpFailures failures;
  private final EventSource.Factory sources;

  /** Streams over that client's threads and connections. */
  public StatusStreams(FalSettings settings, FalHttp http, SignalSink sink) {
    this.settings = settings;
    this.sink = sink;
    this.failures = new HttpFailures(settings.credentials());
    OkHttpClient client =
        http.client()
            .newBuilder()
            .addInterceptor(chain -> tapped(chain.proceed(chain.request())))
            .build();
    this.sources = EventSources.createFactory(client);
  }

  /** Starts to open a stream. */
  public StatusStream open(QueueRequest request, boolean logs) {
    StatusStream stream = new StatusStream(sink, failures, MAX_EVENT_BYTES);
    Request.Builder get =
        new Request.Builder()
            .url(request.statusStream(settings.queueUrl(), logs))
            .header("Accept", "text/event-stream")
            .header("Accept-Encoding", "identity")
            .tag(StatusStream.class, stream);
    stream.attach(sources.newEventSource(settings.credentials().authorize(get).build(), stream));
    return stream;
  }

  private static Response tapped(Response response) {
    StatusStream stream = response.request().tag(StatusStream.class);
    ResponseBody body = response.body();
    stream.touched();
    if (!response.isSuccessful()) {
      return response;
    }
    BufferedSource tapped = Okio.buffer(new SseTap(body.source(), stream));
    return response
        .newBuilder()
        .body(ResponseBody.create(tapped, body.contentType(), body.contentLength()))
        .build();
  }
}
