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
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;

/**
 * One call with an input under way, and the hand on it. It says what happens on the call's own
 * thread; other methods may be called on any.
 */
public final class FalCall extends EventSourceListener {
  /** Answers and events above this are not read. */
  static final int MAX_BYTES = 64 * 1024 * 1024;

  /** Silence is bounded by the read timeout, and nothing is reconnected. */
  private static final EventStreamSource.Listener TAP =
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

  private final SignalReceiver<CallSignal> sink;
  private final FailureClassifier failures;
  private final Duration idleTimeout;
  private volatile Call call;
  private volatile boolean cut;
  private volatile boolean sending;
  private boolean opened;
  private boolean over;

  FalCall(SignalReceiver<CallSignal> sink, FailureClassifier failures, Duration idleTimeout) {
    this.sink = sink;
    this.failures = failures;
    this.idleTimeout = idleTimeout;
  }

  /** Ends it; what it says then is of no interest. */
  public void cancel() {
    cut = true;
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }

  void attach(Call call) {
    this.call = call;
    if (cut) {
      call.cancel();
    }
  }

  /** An event stream is read along, for its byte order mark and its bounds. */
  Response tapped(Response response) {
    Response plain = GzipBodies.decode(response);
    return EventStreamSource.isEventStream(plain.body())
        ? EventStreamSource.wrap(plain, TAP)
        : plain;
  }

  /** Sees whether anything of the input may have left this machine. */
  EventListener listener() {
    return new EventListener() {
      @Override
      public void requestHeadersStart(Call call) {
        sending = true;
      }
    };
  }

  @Override
  public void onOpen(EventSource eventSource, Response response) {
    opened = true;
    sink.tell(new CallSignal.Opened(this));
  }

  @Override
  public void onEvent(EventSource eventSource, String id, String type, String data) {
    if (over || data.isEmpty()) {
      return;
    }
    if ("error".equals(type)) {
      breakOff(failures.judgeStreamError(data), "STREAM_ERROR");
      return;
    }
    CallSignal event =
        new CallSignal.Event(this, ResponseBodies.toJson(data), System.currentTimeMillis());
    if (!sink.offer(event, data.length())) {
      String reason = "its events were not taken for too long: Kafka is slow";
      breakOff(failures.judgeOwn(Cause.NOT_TAKEN, reason), "NOT_TAKEN");
    }
  }

  private void breakOff(FalFailure failure, String error) {
    end(new CallSignal.Failed(this, failure, error));
    cancel();
  }

  @Override
  public void onClosed(EventSource eventSource) {
    end(new CallSignal.Closed(this));
  }

  @Override
  public void onFailure(EventSource eventSource, Throwable cause, Response response) {
    if (cause instanceof EventStreamSource.EventTooLargeException) {
      end(tooLarge(200, cause.getMessage()));
    } else if (opened || response == null) {
      end(new CallSignal.Failed(this, broken(cause), "CONNECTION"));
    } else if (response.isSuccessful()) {
      end(answer(response));
    } else {
      FalFailure failure = failures.judgeAnswer(response);
      String type = failure.errorType();
      String error = type == null ? "HTTP_" + response.code() : type;
      end(new CallSignal.Failed(this, failure, error));
    }
  }

  private void end(CallSignal signal) {
    if (!over) {
      over = true;
      sink.tell(signal);
    }
  }

  private CallSignal answer(Response response) {
    try (ResponseBody body = response.body()) {
      if (body.source().request(MAX_BYTES + 1L)) {
        return tooLarge(response.code(), "answer larger than " + MAX_BYTES + " bytes");
      }
      if (body.source().exhausted()) {
        String reason = "HTTP " + response.code() + " without a body";
        FalFailure failure = failures.judgeOwn(Cause.INCOMPLETE, reason);
        return new CallSignal.Failed(this, failure, "NO_OUTPUT");
      }
      return new CallSignal.Answered(
          this, ResponseBodies.readOutput(body), System.currentTimeMillis());
    } catch (JsonProcessingException e) {
      String reason = "answer is not the JSON it says it is: " + e.getOriginalMessage();
      FalFailure failure = failures.judgeOwn(Cause.MALFORMED, failures.text().toLine(reason));
      return new CallSignal.Failed(this, failure, "UNSOUND_ANSWER");
    } catch (IOException e) {
      return new CallSignal.Failed(this, broken(e), "CONNECTION");
    }
  }

  /** Asked again, fal would tell as much again. */
  private CallSignal tooLarge(int status, String reason) {
    FalFailure failure = failures.judgeUnusable(status, reason);
    return new CallSignal.Failed(this, failure, "ANSWER_TOO_LARGE");
  }

  /** Which of two timers notices silence first is chance, and each has words of its own for it. */
  private FalFailure broken(Throwable cause) {
    return sending && cause instanceof SocketTimeoutException
        ? failures.judgeOwn(Cause.SILENT, "silent for " + idleTimeout.toMillis() + " ms")
        : failures.judgeException(cause, sending);
  }
}
