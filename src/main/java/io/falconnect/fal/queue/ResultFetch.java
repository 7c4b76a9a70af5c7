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
    sink.tell(new QueueSignal.ResultFailed(this, failures.judgeException(cause)));
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
      sink.tell(new QueueSignal.ResultFailed(this, failures.judgeException(e)));
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
      sink.tell(new QueueSignal.ResultFailed(this, failures.judgeOwn(Cause.NOT_TAKEN, reason)));
    }
  }

  /**
   * What an answer is.
   *
   * @param body null where it is too large
   * @param told of the body as much as there is to say about an error
   */
  private QueueSignal judged(Response response, String body, String told) {
    boolean ready = response.isSuccessful() && !FailureClassifier.isNotReady(response);
    if (ready) {
      String error = body != null ? null : "output is larger than " + maxBytes + " bytes";
      return new QueueSignal.ResultFetched(
          this, new FalResult(response.code(), body, error, failures.text().errorType(response)));
    }
    FalFailure failure = failures.judgeResult(response, told, requestFailed, keyTaken);
    if (failure.whose() == FalFailure.Whose.REQUEST_FOR_GOOD) {
      String error = failures.text().describe(response, told, MAX_ERROR);
      return new QueueSignal.ResultFetched(
          this, new FalResult(response.code(), body, error, failure.errorType()));
    }
    return new QueueSignal.ResultFailed(this, failure);
  }
}
