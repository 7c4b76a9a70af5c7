// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.GzipBodies;
import io.falconnect.fal.http.ResponseBodies;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.fal.http.SseTap;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;

/**
 * One call with an input under way, and the hand on it. It says what happens on the call's own
 * thread; other methods may be called on any.
 */
public final class FalCall extends EventSourceListener {
  /** Answers and events above this are not read. */
  static final int MAX_BYTES = 64 * 1024 * 1024;

  /**
   * Answers by which HTTP (RFC 9110; 425 in RFC 8470, 429 in RFC 6585) says that the request was
   * not acted on. Of others that may be tried again, who knows.
   */
  private static final Set<Integer> NOT_TAKEN = Set.of(407, 409, 425, 429, 503);

  /** Silence is bounded by the read timeout, and nothing is reconnected. */
  private static final SseTap.Listener TAP =
      new SseTap.Listener() {
        @Override
        public void touched() {}

        @Override
        public void retryTold(long millis) {}

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
    Response plain = GzipBodies.decoded(response);
    return SseTap.isEventStream(plain.body()) ? SseTap.on(plain, TAP) : plain;
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
      breakOff(failures.inStream(data), "STREAM_ERROR");
      return;
    }
    CallSignal event =
        new CallSignal.Event(this, ResponseBodies.json(data), System.currentTimeMillis());
    if (!sink.offer(event, data.length())) {
      String reason = "its events were not taken for too long: Kafka is slow";
      breakOff(new FalFailure.Retryable(Cause.NOT_TAKEN, reason), "NOT_TAKEN");
    }
  }

  private void breakOff(FalFailure failure, String error) {
    end(new CallSignal.Failed(this, failure, error, false));
    cancel();
  }

  @Override
  public void onClosed(EventSource eventSource) {
    end(new CallSignal.Closed(this));
  }

  @Override
  public void onFailure(EventSource eventSource, Throwable cause, Response response) {
    if (cause instanceof SseTap.EventTooLargeException) {
      end(tooLarge(200, cause.getMessage()));
    } else if (opened || response == null) {
      end(new CallSignal.Failed(this, broken(cause), "CONNECTION", !sending || untouched(cause)));
    } else if (response.isSuccessful()) {
      end(answer(response));
    } else {
      String body = FailureClassifier.body(response);
      String type = failures.errorType(response, body);
      String error = type == null ? "HTTP_" + response.code() : type;
      FalFailure failure = failures.of(response, body);
      boolean known =
          !(failure instanceof FalFailure.Retryable) || NOT_TAKEN.contains(response.code());
      end(new CallSignal.Failed(this, failure, error, known));
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
        FalFailure failure = new FalFailure.Retryable(Cause.INCOMPLETE, reason);
        return new CallSignal.Failed(this, failure, "NO_OUTPUT", false);
      }
      return new CallSignal.Answered(this, ResponseBodies.output(body), System.currentTimeMillis());
    } catch (JsonProcessingException e) {
      String reason = "answer is not the JSON it says it is: " + e.getOriginalMessage();
      FalFailure failure = new FalFailure.Retryable(Cause.MALFORMED, failures.fit(reason));
      return new CallSignal.Failed(this, failure, "UNSOUND_ANSWER", false);
    } catch (IOException e) {
      return new CallSignal.Failed(this, broken(e), "CONNECTION", false);
    }
  }

  /** Asked again, fal would tell as much again. */
  private CallSignal tooLarge(int status, String reason) {
    FalFailure failure = new FalFailure.Rejected(status, reason);
    return new CallSignal.Failed(this, failure, "ANSWER_TOO_LARGE", false);
  }

  /** Which of two timers notices silence first is chance, and each has words of its own for it. */
  private FalFailure broken(Throwable cause) {
    return sending && cause instanceof SocketTimeoutException
        ? new FalFailure.Retryable(Cause.SILENT, "silent for " + idleTimeout.toMillis() + " ms")
        : failures.of(cause);
  }

  /**
   * The server has not begun with it: RFC 9113, 8.7, says so of {@code REFUSED_STREAM}, and a
   * connection that was being shut down has sent nothing of it.
   */
  private static boolean untouched(Throwable cause) {
    return cause instanceof ConnectionShutdownException
        || cause instanceof StreamResetException reset
            && reset.errorCode == ErrorCode.REFUSED_STREAM;
  }
}
