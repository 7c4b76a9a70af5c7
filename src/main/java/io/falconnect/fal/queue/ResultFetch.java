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

/**
 * One fetch of a result. It ends with one signal: {@link QueueSignal.ResultFetched} or {@link
 * QueueSignal.ResultFailed}. OkHttp calls it on a thread of the client.
 */
public final class ResultFetch implements Callback {
  /** An error may be long: a 422 lists every field that is wrong. */
  private static final int MAX_ERROR = 16 * 1024;

  private final SignalReceiver<QueueSignal> receiver;
  private final FailureClassifier failures;
  private final long maxBytes;
  private final boolean requestFailed;
  private final boolean keyAccepted;

  ResultFetch(
      SignalReceiver<QueueSignal> receiver,
      FailureClassifier failures,
      long maxBytes,
      boolean requestFailed,
      boolean keyAccepted) {
    this.receiver = receiver;
    this.failures = failures;
    this.maxBytes = maxBytes;
    this.requestFailed = requestFailed;
    this.keyAccepted = keyAccepted;
  }

  @Override
  public void onFailure(Call call, IOException cause) {
    fail(failures.judgeException(cause));
  }

  @Override
  public void onResponse(Call call, Response response) {
    try {
      QueueSignal signal = read(response);
      if (signal instanceof QueueSignal.ResultFetched fetched) {
        offer(fetched);
      } else {
        receiver.tell(signal);
      }
    } catch (IOException | RuntimeException | Error e) {
      // OutOfMemoryError too: the watch waits for the signal of this fetch.
      fail(failures.judgeException(e));
    }
  }

  private QueueSignal read(Response response) throws IOException {
    try (response) {
      BufferedSource source = response.body().source();
      boolean whole = !source.request(maxBytes + 1);
      String body = whole ? readBody(response) : null;
      String start = whole ? body : source.readUtf8(Math.min(maxBytes, MAX_ERROR));
      return judge(response, body, start);
    }
  }

  /** Only an output can be binary; an error is text whatever its content type. */
  private static String readBody(Response response) throws IOException {
    return response.isSuccessful()
        ? ResponseBodies.readText(response.body())
        : response.body().string();
  }

  /**
   * Makes the signal of an answer.
   *
   * @param body the whole body, or null if it is too large
   * @param start as much of the body as was read, for the message of an error
   */
  private QueueSignal judge(Response response, String body, String start) {
    boolean ready = response.isSuccessful() && !FailureClassifier.isNotReady(response);
    if (ready) {
      String error = body != null ? null : "output is larger than " + maxBytes + " bytes";
      return new QueueSignal.ResultFetched(
          this, new FalResult(response.code(), body, error, failures.text().errorType(response)));
    }
    FalFailure failure = failures.judgeResult(response, start, requestFailed, keyAccepted);
    if (failure.whose() == FalFailure.Whose.REQUEST_FOR_GOOD) {
      String error = failures.text().describe(response, start, MAX_ERROR);
      return new QueueSignal.ResultFetched(
          this, new FalResult(response.code(), body, error, failure.errorType()));
    }
    return new QueueSignal.ResultFailed(this, failure);
  }

  private void offer(QueueSignal.ResultFetched fetched) {
    String body = fetched.result().body();
    if (!receiver.offer(fetched, body == null ? 0 : body.length())) {
      String reason =
          "its result was not taken for too long: the connector is paused or Kafka slow";
      fail(failures.judgeOwn(Cause.NOT_TAKEN, reason));
    }
  }

  private void fail(FalFailure failure) {
    receiver.tell(new QueueSignal.ResultFailed(this, failure));
  }
}
