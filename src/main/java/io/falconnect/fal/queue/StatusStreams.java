// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.EventStreamReader;
import io.falconnect.fal.http.EventStreamSource;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.GzipBodies;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Opens status streams: {@code GET …/requests/{id}/status/stream}. {@link #open} returns at once;
 * the signals come on the stream's own thread. At most 32 openings run at a time, so that a restart
 * with thousands of watches does not make thousands of connections in one burst. An opening that
 * fal has not answered after a second does not count any more: dead requests do not delay others.
 * The streams' threads wait for their permits, so openings go on however busy the task thread is.
 */
public final class StatusStreams {
  /** More than any sane event. A stream with a larger one is cut. */
  static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

  private static final int OPENINGS = 32;
  private static final Duration LEASE = Duration.ofSeconds(1);

  private final FalSettings settings;
  private final SignalReceiver<QueueSignal> receiver;
  private final Permits<StatusStream> openings =
      new Permits<>(OPENINGS, Integer.MAX_VALUE, LEASE, System::nanoTime);
  private final FailureClassifier failures;
  private final OkHttpClient client;

  /**
   * Opens streams over the threads and connections of that client.
   *
   * @param receiver receives what the streams send
   */
  public StatusStreams(FalSettings settings, FalHttp http, SignalReceiver<QueueSignal> receiver) {
    this.settings = settings;
    this.receiver = receiver;
    this.failures = FailureClassifier.forRequest(settings.credentials()::scrub);
    this.client = http.client().newBuilder().addInterceptor(this::openWithPermit).build();
  }

  /**
   * Starts to open a stream.
   *
   * @param logs whether the runner's log lines are wanted
   */
  public StatusStream open(QueueRequest request, boolean logs) {
    StatusStream stream = new StatusStream(failures);
    StatusStreamReader reader = new StatusStreamReader(stream, receiver, failures, MAX_EVENT_BYTES);
    Request.Builder get =
        new Request.Builder()
            .url(request.statusStreamUrl(settings.queueUrl(), logs))
            .tag(FalHost.class, FalHost.QUEUE)
            .header("Accept", "text/event-stream")
            .header("Accept-Encoding", "identity")
            .tag(StatusStreamReader.class, reader);
    Call call = client.newCall(settings.credentials().authorize(get).build());
    stream.attach(call);
    EventStreamReader.read(call, reader);
    return stream;
  }

  private Response openWithPermit(Interceptor.Chain chain) throws IOException {
    StatusStreamReader reader = chain.request().tag(StatusStreamReader.class);
    StatusStream stream = reader.stream();
    try {
      if (!openings.acquire(stream, () -> !chain.call().isCanceled())) {
        throw new IOException("cut before its turn to open");
      }
      stream.startOpening();
      return EventStreamSource.wrap(GzipBodies.decode(chain.proceed(chain.request())), reader);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before it was opened");
    } finally {
      openings.release(stream);
    }
  }
}
