// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** One fetch of a result under way. */
public final class ResultFetch implements Callback {
  private final SignalSink<StreamSignal> sink;
  private final HttpFailures failures;
  private final long maxBytes;
  private final boolean requestFailed;

  ResultFetch(
      SignalSink<StreamSignal> sink, HttpFailures failures, long maxBytes, boolean requestFailed) {
    this.sink = sink;
    this.failures = failures;
    this.maxBytes = maxBytes;
    this.requestFailed = requestFailed;
  }

  @Override
  public void onFailure(Call call, IOException cause) {
    sink.tell(new StreamSignal.ResultFailed(this, failures.of(cause)));
  }

  @Override
  public void onResponse(Call call, Response response) {
    StreamSignal signal;
    try (response) {
      boolean whole = !response.body().source().request(maxBytes + 1);
      String body = whole ? response.body().string() : null;
      signal = judged(response, body);
    } catch (IOException e) {
      signal = new StreamSignal.ResultFailed(this, failures.of(e));
    }
    sink.tell(signal);
  }

  private StreamSignal judged(Response response, String body) {
    String type = failures.errorType(response);
    if (response.isSuccessful()) {
      String error = body != null ? null : "output is larger than " + maxBytes + " bytes";
      return new StreamSignal.ResultFetched(
          this, new FalResult(response.code(), body, error, type));
    }
    FalFailure failure = failures.of(response, body == null ? "" : body);
    if (isTheRequestsOwn(response, failure, type)) {
      return new StreamSignal.ResultFetched(
          this, new FalResult(response.code(), body, failure.reason(), type));
    }
    return new StreamSignal.ResultFailed(this, failure);
  }

  /**
   * A failed request's result is the error it failed with, whatever its status; the same status may
   * also be fal's own trouble. The runner's errors carry a type, and a request known to have failed
   * is not asked about again for a 500.
   */
  private boolean isTheRequestsOwn(Response response, FalFailure failure, String type) {
    boolean retryable = failure instanceof FalFailure.Retryable;
    boolean runnersError = requestFailed && (type != null || response.code() == 500);
    boolean denied = failure instanceof FalFailure.Denied && !requestFailed;
    return runnersError || (!retryable && !denied);
  }
}
