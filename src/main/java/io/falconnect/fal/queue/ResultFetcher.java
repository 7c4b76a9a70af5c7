// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.RequestClients;
import io.falconnect.fal.http.SignalReceiver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Request;

/**
 * Fetches results: {@code GET …/requests/{id}}. {@link #fetch} returns at once; the result or the
 * failure comes as a signal, on a thread of the client. At most 64 fetches run at a time: the next
 * one starts when one ends. A fetch that takes longer than a second does not count any more: slow
 * results do not delay others.
 */
public final class ResultFetcher {
  private static final int FETCHES = 64;
  private static final Duration LEASE = Duration.ofSeconds(1);

  private final FalSettings settings;
  private final RequestClients clients;
  private final SignalReceiver<QueueSignal> receiver;
  private final FailureClassifier failures;
  private final CallPacer<ResultFetch> pacer = new CallPacer<>(FETCHES, LEASE, System::nanoTime);

  /**
   * Fetches over the threads and connections of that client.
   *
   * @param receiver receives the results and failures
   */
  public ResultFetcher(FalSettings settings, FalHttp http, SignalReceiver<QueueSignal> receiver) {
    this.settings = settings;
    long limit = settings.idleTimeout().toMillis() * 2;
    this.clients =
        http.spread(
            client ->
                client
                    .readTimeout(settings.idleTimeout())
                    .callTimeout(limit, TimeUnit.MILLISECONDS));
    this.receiver = receiver;
    this.failures = FailureClassifier.forRequest(settings.credentials()::scrub);
  }

  /** Starts to fetch a result. */
  public ResultFetch fetch(QueueRequest request, ResultQuery query) {
    ResultFetch fetch = new ResultFetch(receiver, failures, query, pacer);
    Request.Builder get =
        new Request.Builder()
            .url(request.resultUrl(settings.queueUrl()))
            .tag(FalHost.class, FalHost.QUEUE);
    if (!query.wantsOutput()) {
      // Only an answer that is not compressed says how long it is.
      get.header("Accept-Encoding", "identity");
    }
    Call call =
        clients.get(request.requestId()).newCall(settings.credentials().authorize(get).build());
    pacer.start(fetch, () -> startCall(call, fetch));
    return fetch;
  }

  private void startCall(Call call, ResultFetch fetch) {
    try {
      call.enqueue(fetch);
    } catch (OutOfMemoryError e) {
      // There is no thread for the call.
      fetch.fail(failures.judgeException(e));
      pacer.release(fetch);
    }
  }

  /** How many fetches wait for their turn. */
  public int countWaiting() {
    return pacer.countWaiting();
  }

  /** Starts the fetches that have become due. To be called several times a second. */
  public void startNext() {
    pacer.startNext();
  }
}
