// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.ResponseBodies;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import okio.BufferedSource;

/** One fetch of a result under way. */
public final class ResultFetch implements Callback {
  /** What a request failed with may be long: a 422 lists every field that is wrong. */
  private static final int MAX_ERROR = 16 * 1024;

  private static final int NOT_READY = 202;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;

  private final SignalReceiver<QueueSignal> sink;
  private final FailureClassifier failures;
  private final long maxBytes;
  private final boolean requestFailed;
  private final boolean keyTaken;

  ResultFetch(
      SignalReceiver<QueueSignal> sink,
      FailureClassifier failures,
      long maxBytes,
      boolean requestFailed,
      boolean keyTaken) {
    this.sink = sink;
    this.failures = failures;
    this.maxBytes = maxBytes;
    this.requestFailed = requestFailed;
    this.keyTaken = keyTaken;
  }

  @Override
  public void onFailure(Call call, IOException cause) {
    sink.tell(new QueueSignal.ResultFailed(this, failures.of(cause)));
  }

  @Override
  public void onResponse(Call call, Response response) {
    try {
      QueueSignal signal = read(response);
      if (signal instanceof QueueSignal.ResultFetched fetched) {
        told(fetched);
      } else {
        sink.tell(signal);
      }
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it is, memory that is short among it, has to be told: the watch waits for it.
      sink.tell(new QueueSignal.ResultFailed(this, failures.of(e)));
    }
  }

  private QueueSignal read(Response response) throws IOException {
    try (response) {
      BufferedSource source = response.body().source();
      boolean whole = !source.request(maxBytes + 1);
      String body = !whole ? null : text(response);
      String told = whole ? body : source.readUtf8(Math.min(maxBytes, MAX_ERROR));
      return judged(response, body, told);
    }
  }

  /** What went wrong is said in words, whatever type they have. */
  private static String text(Response response) throws IOException {
    return response.isSuccessful()
        ? ResponseBodies.text(response.body())
        : response.body().string();
  }

  private void told(QueueSignal.ResultFetched fetched) {
    String body = fetched.result().body();
    if (!sink.offer(fetched, body == null ? 0 : body.length())) {
      String reason =
          "its result was not taken for too long: the connector is paused or Kafka slow";
      sink.tell(
          new QueueSignal.ResultFailed(this, new FalFailure.Retryable(Cause.NOT_TAKEN, reason)));
    }
  }

  /**
   * What an answer is.
   *
   * @param body null where it is too large
   * @param told of the body as much as there is to say about an error
   */
  private QueueSignal judged(Response response, String body, String told) {
    if (response.code() == NOT_READY) {
      return new QueueSignal.ResultFailed(this, failures.notReady(response, told));
    }
    if (response.isSuccessful()) {
      String error = body != null ? null : "output is larger than " + maxBytes + " bytes";
      return new QueueSignal.ResultFetched(
          this, new FalResult(response.code(), body, error, failures.errorType(response)));
    }
    String type = failures.errorType(response, told);
    FalFailure failure = failures.of(response, told);
    if (isTheRequestsOwn(response, failure, type)) {
      String error = failures.words(response, told, MAX_ERROR);
      return new QueueSignal.ResultFetched(this, new FalResult(response.code(), body, error, type));
    }
    boolean undecided = requestFailed && response.code() == FORBIDDEN;
    return new QueueSignal.ResultFailed(this, undecided ? later(failure) : failure);
  }

  /**
   * Whether it is about the key nobody knows before fal has taken that, or refused it elsewhere.
   */
  private static FalFailure later(FalFailure failure) {
    return new FalFailure.Retryable(failure.cause(), failure.reason(), null, FORBIDDEN);
  }

  /**
   * A failed request's result is the error it failed with, whatever its status; the same status may
   * also be fal's own trouble, or a refused key. The runner's errors carry a type, and a request
   * known to have failed is not asked about again for a 500, nor for a 403 where the key is known
   * to be good. What limits the rate of fetches is not of the request.
   */
  private boolean isTheRequestsOwn(Response response, FalFailure failure, String type) {
    int status = response.code();
    boolean runnersError =
        requestFailed
            && status != TOO_MANY_REQUESTS
            && (type != null || status == 500 || status == FORBIDDEN && keyTaken);
    boolean falsOwn =
        failure instanceof FalFailure.Retryable || failure instanceof FalFailure.Denied;
    return runnersError || !falsOwn;
  }
}
