// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.EventStreamSource;
import io.falconnect.fal.http.GzipBodies;
import io.falconnect.fal.http.ResponseBodies;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;

/**
 * Reads the answer to one call and sends its signals. OkHttp calls it on the call's own thread. The
 * last signal is exactly one of {@link CallSignal.Closed}, {@link CallSignal.Answered} and {@link
 * CallSignal.Failed}.
 */
final class CallReader extends EventSourceListener {
  /** The most bytes of an answer or an event; larger ones are not read. */
  static final int MAX_BYTES = 64 * 1024 * 1024;

  /** The read timeout bounds silence, and a call is never repeated: only the size matters. */
  private static final EventStreamSource.Listener SIZE_LIMIT =
      new EventStreamSource.Listener() {
        @Override
        public void onActivity() {}

        @Override
        public void onRetry(long millis) {}

        @Override
        public int maxEventBytes() {
          return MAX_BYTES;
        }
      };

  private final FalCall call;
  private final SignalReceiver<CallSignal> receiver;
  private final FailureClassifier failures;
  private final Duration idleTimeout;
  private boolean isOpen;
  private boolean hasEvents;
  private boolean isEnded;

  /**
   * Reads nothing yet.
   *
   * @param idleTimeout the read timeout of the call, for the reason of a failure
   */
  CallReader(
      FalCall call,
      SignalReceiver<CallSignal> receiver,
      FailureClassifier failures,
      Duration idleTimeout) {
    this.call = call;
    this.receiver = receiver;
    this.failures = failures;
    this.idleTimeout = idleTimeout;
  }

  /** The response with a body that okhttp-sse can parse. The body is not read yet. */
  static Response prepareBody(Response response) {
    Response plain = GzipBodies.decode(response);
    boolean isEventStream = EventStreamSource.isEventStream(plain.body());
    return isEventStream ? EventStreamSource.wrap(plain, SIZE_LIMIT) : plain;
  }

  @Override
  public void onOpen(EventSource eventSource, Response response) {
    isOpen = true;
    receiver.tell(new CallSignal.Opened(call));
  }

  @Override
  public void onEvent(EventSource eventSource, String id, String type, String data) {
    if (isEnded || data.isEmpty()) {
      return;
    }
    if ("error".equals(type)) {
      endAndCancel(failures.judgeStreamError(data), "STREAM_ERROR");
      return;
    }
    hasEvents = true;
    CallSignal event =
        new CallSignal.Event(call, ResponseBodies.toJson(data), System.currentTimeMillis());
    if (!receiver.offer(event, data.length())) {
      String reason = "its events were not taken for too long: Kafka is slow";
      endAndCancel(failures.judgeOwn(Cause.NOT_TAKEN, reason), "NOT_TAKEN");
    }
  }

  @Override
  public void onClosed(EventSource eventSource) {
    if (hasEvents) {
      end(new CallSignal.Closed(call));
    } else {
      end(failed(Cause.INCOMPLETE, "the stream ended without an event", "NO_OUTPUT"));
    }
  }

  @Override
  public void onFailure(EventSource eventSource, Throwable cause, Response response) {
    if (cause instanceof EventStreamSource.EventTooLargeException) {
      end(tooLarge(200, cause.getMessage()));
    } else if (isOpen || response == null) {
      end(broken(cause));
    } else if (response.isSuccessful()) {
      end(readAnswer(response));
    } else {
      FalFailure failure = failures.judgeAnswer(response);
      String type = failure.errorType();
      end(new CallSignal.Failed(call, failure, type == null ? "HTTP_" + response.code() : type));
    }
  }

  private void endAndCancel(FalFailure failure, String error) {
    end(new CallSignal.Failed(call, failure, error));
    call.cancel();
  }

  private void end(CallSignal last) {
    if (!isEnded) {
      isEnded = true;
      receiver.tell(last);
    }
  }

  /** Reads an answer in one piece, which okhttp-sse reports as a failure without an exception. */
  private CallSignal readAnswer(Response response) {
    try (ResponseBody body = response.body()) {
      if (body.source().request(MAX_BYTES + 1L)) {
        return tooLarge(response.code(), "answer larger than " + MAX_BYTES + " bytes");
      }
      if (body.source().exhausted()) {
        String reason = "HTTP " + response.code() + " without a body";
        return failed(Cause.INCOMPLETE, reason, "NO_OUTPUT");
      }
      return new CallSignal.Answered(
          call, ResponseBodies.readOutput(body), System.currentTimeMillis());
    } catch (JsonProcessingException e) {
      String reason = "answer is not the JSON it says it is: " + e.getOriginalMessage();
      return failed(Cause.MALFORMED, failures.text().toLine(reason), "UNSOUND_ANSWER");
    } catch (IOException e) {
      return broken(e);
    }
  }

  private CallSignal failed(Cause cause, String reason, String error) {
    return new CallSignal.Failed(call, failures.judgeOwn(cause, reason), error);
  }

  /** Another attempt would bring as large an answer. */
  private CallSignal tooLarge(int status, String reason) {
    return new CallSignal.Failed(call, failures.judgeUnusable(status, reason), "ANSWER_TOO_LARGE");
  }

  /**
   * Silence has one reason in its own words: OkHttp has several timers for it, each with a message
   * of its own, and the first one to fire differs.
   */
  private CallSignal broken(Throwable cause) {
    boolean isSilent = call.isSent() && cause instanceof SocketTimeoutException;
    return isSilent
        ? failed(Cause.SILENT, "silent for " + idleTimeout.toMillis() + " ms", "CONNECTION")
        : new CallSignal.Failed(call, failures.judgeException(cause, call.isSent()), "CONNECTION");
  }
}
