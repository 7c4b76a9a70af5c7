// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.EventStreamReader;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.GzipBodies;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.fal.http.SseTap;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Opens status streams: {@code GET …/requests/{id}/status/stream}. Opening returns at once; what
 * happens is told to the sink. However many are asked for, only a few are being opened at a time.
 */
public final class StatusStreams {
  /** More than any sane event; a stream that goes on without an end of event is cut here. */
  static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

  private static final int OPENINGS = 32;
  private static final Duration LEASE = Duration.ofSeconds(1);

  private final FalSettings settings;
  private final SignalReceiver<QueueSignal> sink;
  private final Permits<StatusStream> openings =
      new Permits<>(OPENINGS, Integer.MAX_VALUE, LEASE, System::nanoTime);
  private final FailureClassifier failures;
  private final OkHttpClient client;

  /** Streams over that client's threads and connections. */
  public StatusStreams(FalSettings settings, FalHttp http, SignalReceiver<QueueSignal> sink) {
    this.settings = settings;
    this.sink = sink;
    this.failures = FailureClassifier.forRequest(settings.credentials()::scrub);
    this.client = http.client().newBuilder().addInterceptor(this::opened).build();
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
    Call call = client.newCall(settings.credentials().authorize(get).build());
    stream.attach(call);
    EventStreamReader.read(call, stream);
    return stream;
  }

  private Response opened(Interceptor.Chain chain) throws IOException {
    StatusStream stream = chain.request().tag(StatusStream.class);
    try {
      if (!openings.acquire(stream, () -> !chain.call().isCanceled())) {
        throw new IOException("cut before its turn to open");
      }
      stream.begins();
      return SseTap.on(GzipBodies.decoded(chain.proceed(chain.request())), stream.tap);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before it was opened");
    } finally {
      openings.release(stream);
    }
  }
}
