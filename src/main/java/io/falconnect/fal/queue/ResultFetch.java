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
  private final ResultQuery query;
  private final CallPacer<ResultFetch> pacer;

  /**
   * A fetch that has not started.
   *
   * @param pacer starts the next fetch when this one has ended
   */
  ResultFetch(
      SignalReceiver<QueueSignal> receiver,
      FailureClassifier failures,
      ResultQuery query,
      CallPacer<ResultFetch> pacer) {
    this.receiver = receiver;
    this.failures = failures;
    this.query = query;
    this.pacer = pacer;
  }

  @Override
  public void onFailure(Call call, IOException cause) {
    pacer.release(this);
    fail(failures.judgeException(cause));
  }

  @Override
  public void onResponse(Call call, Response response) {
    try {
      QueueSignal signal = query.wantsOutput() ? read(response) : readStart(call, response);
      if (signal instanceof QueueSignal.ResultFetched fetched) {
        offer(fetched);
      } else {
        receiver.tell(signal);
      }
    } catch (IOException | RuntimeException | Error e) {
      // OutOfMemoryError too: the watch waits for the signal of this fetch.
      fail(failures.judgeException(e));
    } finally {
      pacer.release(this);
    }
  }

  private QueueSignal read(Response response) throws IOException {
    try (response) {
      BufferedSource source = response.body().source();
      boolean whole = !source.request(query.maxBytes() + 1);
      String body = whole ? readBody(response) : null;
      String start = whole ? body : source.readUtf8(Math.min(query.maxBytes(), MAX_ERROR));
      return judge(response, body, start);
    }
  }

  /**
   * Reads an answer whose output is not wanted: as much as an error may have. If there is more, the
   * connection is given up: to use it again, the rest would have to be read.
   */
  private QueueSignal readStart(Call call, Response response) throws IOException {
    try (response) {
      long length = response.body().contentLength();
      boolean isSmall = length >= 0 && length <= MAX_ERROR;
      String start = "";
      if (isSmall || !response.isSuccessful()) {
        BufferedSource source = response.body().source();
        isSmall = !source.request(MAX_ERROR + 1L);
        start = isSmall ? readBody(response) : source.readUtf8(MAX_ERROR);
      }
      QueueSignal signal = judge(response, isSmall ? start : null, start);
      if (!isSmall) {
        call.cancel();
      }
      return signal;
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
    if (response.isSuccessful() && !failures.isNotReady(response, start)) {
      boolean tooLarge = body == null && query.wantsOutput();
      String error = tooLarge ? "output is larger than " + query.maxBytes() + " bytes" : null;
      return new QueueSignal.ResultFetched(
          this, createResult(response, body, error, failures.text().errorType(response)));
    }
    FalFailure failure = failures.judgeResult(response, start, query.expected());
    if (failure.whose() == FalFailure.Whose.REQUEST_FOR_GOOD) {
      String error = failures.text().describe(response, start, MAX_ERROR);
      return new QueueSignal.ResultFetched(
          this, createResult(response, body, error, failure.errorType()));
    }
    return new QueueSignal.ResultFailed(this, failure);
  }

  private static FalResult createResult(
      Response response, String body, String error, String errorType) {
    return new FalResult(response.code(), body, error, errorType, billableUnits(response));
  }

  private static Double billableUnits(Response response) {
    String header = response.header("X-Fal-Billable-Units");
    try {
      double units = header == null ? Double.NaN : Double.parseDouble(header.strip());
      return Double.isFinite(units) ? units : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void offer(QueueSignal.ResultFetched fetched) {
    String body = fetched.result().body();
    if (!receiver.offer(fetched, body == null ? 0 : body.length())) {
      String reason =
          "its result was not taken for too long: the connector is paused or Kafka slow";
      fail(failures.judgeOwn(Cause.NOT_TAKEN, reason));
    }
  }

  void fail(FalFailure failure) {
    receiver.tell(new QueueSignal.ResultFailed(this, failure));
  }
}
