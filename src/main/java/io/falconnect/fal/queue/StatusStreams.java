// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.EventStreamReader;
import io.falconnect.fal.http.EventStreamSource;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.GzipBodies;
import io.falconnect.fal.http.RequestClients;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Opens status streams: {@code GET …/requests/{id}/status/stream}. {@link #open} returns at once;
 * the signals come on the stream's own thread. At most 32 openings run at a time, so that a restart
 * with thousands of watches does not make thousands of connections in one burst. An opening that
 * fal has not answered after a second does not count any more: dead requests do not delay others.
 * Requests that fal did not answer the last time have as many of their own. The next opening is
 * started by the thread of the one before, so openings go on however busy the task thread is.
 */
public final class StatusStreams {
  /** More than any sane event. A stream with a larger one is cut. */
  static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

  /** The memory of the events that are being read, and of those that wait for the receiver. */
  static final long MAX_READING_BYTES = 32L * 1024 * 1024;

  /** How long a stream waits for memory before it is cut. */
  private static final Duration MEMORY_TIMEOUT = Duration.ofSeconds(30);

  private static final int OPENINGS = 32;
  private static final Duration LEASE = Duration.ofSeconds(1);

  private final FalSettings settings;
  private final SignalReceiver<QueueSignal> receiver;
  private final CallPacer<StatusStream> openings =
      new CallPacer<>(OPENINGS, LEASE, System::nanoTime);

  /** For requests that fal did not answer the last time. */
  private final CallPacer<StatusStream> retriedOpenings =
      new CallPacer<>(OPENINGS, LEASE, System::nanoTime);

  private final EventBudget budget = new EventBudget(MAX_READING_BYTES, MEMORY_TIMEOUT);
  private final FailureClassifier failures;
  private final RequestClients clients;

  /**
   * Opens streams over the threads and connections of that client.
   *
   * @param receiver receives what the streams send
   */
  public StatusStreams(FalSettings settings, FalHttp http, SignalReceiver<QueueSignal> receiver) {
    this.settings = settings;
    this.receiver = receiver;
    this.failures = FailureClassifier.forRequest(settings.credentials()::scrub);
    this.clients = http.spread(client -> client.addInterceptor(StatusStreams::readAnswer));
  }

  /**
   * Starts to open a stream.
   *
   * @param logs whether the runner's log lines are wanted
   * @param wasUnanswered whether fal did not answer the last time the stream was to be opened
   */
  public StatusStream open(QueueRequest request, boolean logs, boolean wasUnanswered) {
    CallPacer<StatusStream> pacer = wasUnanswered ? retriedOpenings : openings;
    StatusStream stream = new StatusStream(failures, pacer);
    StatusStreamReader reader =
        new StatusStreamReader(stream, receiver, failures, budget, MAX_EVENT_BYTES);
    Request.Builder get =
        new Request.Builder()
            .url(request.statusStreamUrl(settings.queueUrl(), logs))
            .tag(FalHost.class, FalHost.QUEUE)
            .header("Accept", "text/event-stream")
            .header("Accept-Encoding", "identity")
            .tag(StatusStreamReader.class, reader);
    Call call =
        clients.get(request.requestId()).newCall(settings.credentials().authorize(get).build());
    stream.attach(call);
    pacer.start(
        stream,
        () -> {
          stream.startOpening();
          EventStreamReader.read(call, reader);
        });
    return stream;
  }

  /** How many streams wait for their turn to open, without those unanswered the last time. */
  public int countWaiting() {
    return openings.countWaiting();
  }

  /** Starts the openings that have become due. To be called several times a second. */
  public void startNext() {
    openings.startNext();
    retriedOpenings.startNext();
  }

  private static Response readAnswer(Interceptor.Chain chain) throws IOException {
    StatusStreamReader reader = chain.request().tag(StatusStreamReader.class);
    try {
      return EventStreamSource.wrap(GzipBodies.decode(chain.proceed(chain.request())), reader);
    } finally {
      reader.stream().endOpening();
    }
  }
}
