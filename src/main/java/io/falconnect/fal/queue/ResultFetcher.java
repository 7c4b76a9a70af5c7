// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.SignalReceiver;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Fetches results: {@code GET …/requests/{id}}. Fetching returns at once; the result or the failure
 * is told to the sink.
 */
public final class ResultFetcher {
  private final FalSettings settings;
  private final OkHttpClient client;
  private final SignalReceiver<QueueSignal> sink;
  private final FailureClassifier failures;

  /** Fetches over that client's threads and connections. */
  public ResultFetcher(FalSettings settings, FalHttp http, SignalReceiver<QueueSignal> sink) {
    this.settings = settings;
    this.client =
        http.client()
            .newBuilder()
            .readTimeout(settings.idleTimeout())
            .callTimeout(settings.idleTimeout().toMillis() * 2, TimeUnit.MILLISECONDS)
            .build();
    this.sink = sink;
    this.failures = FailureClassifier.forRequest(settings.credentials()::scrub);
  }

  /**
   * Starts to fetch.
   *
   * @param maxBytes a body larger than this is not read
   * @param requestFailed whether the status said that the request failed, so that an error is what
   *     is expected
   * @param keyTaken whether fal has taken the key of late, so that a 403 is not about that
   */
  public ResultFetch fetch(
      QueueRequest request, long maxBytes, boolean requestFailed, boolean keyTaken) {
    ResultFetch fetch = new ResultFetch(sink, failures, maxBytes, requestFailed, keyTaken);
    Request.Builder get = new Request.Builder().url(request.result(settings.queueUrl()));
    Call call = client.newCall(settings.credentials().authorize(get).build());
    call.enqueue(fetch);
    return fetch;
  }
}
