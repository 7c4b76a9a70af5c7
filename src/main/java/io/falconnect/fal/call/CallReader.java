// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.EventStreamSource;
import io.falconnect.fal.http.GatewayComments;
import io.falconnect.fal.http.GzipBodies;
import io.falconnect.fal.http.OutputJson;
import io.falconnect.fal.http.ResponseBodies;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Set;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;

/**
 * Reads the answer to one call and sends its signals. OkHttp calls it on the call's own thread. The
 * last signal is exactly one of {@link CallSignal.Closed}, {@link CallSignal.Answered} and {@link
 * CallSignal.Failed}.
 */
final class CallReader extends EventSourceListener implements EventStreamSource.Listener {
  /** The most bytes of an answer or an event; larger ones are not read. */
  static final int MAX_BYTES = 64 * 1024 * 1024;

  /** OpenAI-like endpoints end a stream with this text, which is no output. */
  private static final Set<String> END_MARKS = Set.of("[DONE]", "\"[DONE]\"");

  private static final int MAX_END_MARK = 32;

  private final FalCall call;
  private final SignalReceiver<CallSignal> receiver;
  private final FailureClassifier failures;
  private final AnswerRules rules;
  private boolean isOpen;
  private boolean hasBytes;
  private boolean hasEvents;
  private boolean hasUnfinishedEvent;
  private boolean isEnded;

  /** Reads nothing yet. */
  CallReader(
      FalCall call,
      SignalReceiver<CallSignal> receiver,
      FailureClassifier failures,
      AnswerRules rules) {
    this.call = call;
    this.receiver = receiver;
    this.failures = failures;
    this.rules = rules;
  }

  /** The response with a body that okhttp-sse can parse. The body is not read yet. */
  Response prepareBody(Response response) {
    Response timed = FirstByteSource.wrap(response, rules.idleTimeout(), this::onFirstByte);
    Response plain = GzipBodies.decode(timed);
    return EventStreamSource.isEventStream(plain.body())
        ? EventStreamSource.wrap(plain, this)
        : plain;
  }

  /** The time until here counts as failing; the time from here on does not. */
  private void onFirstByte() {
    hasBytes = true;
    if (isOpen) {
      receiver.tell(new CallSignal.Opened(call));
    }
  }

  /** The read timeout bounds silence. */
  @Override
  public void onActivity() {}

  /** A call is never repeated by itself. */
  @Override
  public void onRetry(long millis) {}

  @Override
  public int maxEventBytes() {
    return MAX_BYTES;
  }

  @Override
  public void onUnfinishedEvent() {
    hasUnfinishedEvent = true;
  }

  @Override
  public void onOpen(EventSource eventSource, Response response) {
    isOpen = true;
  }

  @Override
  public void onEvent(EventSource eventSource, String id, String type, String received) {
    String data = GatewayComments.remove(received);
    boolean isComment = data.isBlank() && !received.isBlank();
    if (isEnded || hasUnfinishedEvent && !isComment && !isWhole(data)) {
      return;
    }
    hasUnfinishedEvent = false;
    if (isNoOutput(data)) {
      return;
    }
    JsonNode json = ResponseBodies.toJson(data);
    JsonNode error = "error".equals(type) ? json : rules.findError(json);
    if (error != null) {
      endAndCancel(failures.judgeStreamError(error), "STREAM_ERROR");
      return;
    }
    hasEvents = true;
    CallSignal event = new CallSignal.Event(call, json, System.currentTimeMillis());
    if (!receiver.offer(event, data.length())) {
      String reason = "its events were not taken for too long: Kafka is slow";
      endAndCancel(failures.judgeOwn(Cause.NOT_TAKEN, reason), "NOT_TAKEN");
    }
  }

  private static boolean isNoOutput(String data) {
    return data.isBlank() || data.length() <= MAX_END_MARK && END_MARKS.contains(data.strip());
  }

  /** Whether the data of an event is complete, though its blank line is missing. */
  private static boolean isWhole(String data) {
    try {
      return !data.isBlank() && isNoOutput(data) || !OutputJson.read(data).isMissingNode();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  @Override
  public void onClosed(EventSource eventSource) {
    if (hasUnfinishedEvent) {
      end(broken(EventStreamSource.cutException()));
    } else if (hasEvents) {
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
    } else if (response.isSuccessful() && JsonLines.isMediaTypeOf(response.body())) {
      readLines(response);
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
      JsonNode output = ResponseBodies.readOutput(body);
      JsonNode error = rules.findError(output);
      return error == null
          ? new CallSignal.Answered(call, output, System.currentTimeMillis())
          : new CallSignal.Failed(call, failures.judgeStreamError(error), "STREAM_ERROR");
    } catch (JsonProcessingException e) {
      String reason = "answer is not the JSON it says it is: " + e.getOriginalMessage();
      return failed(Cause.MALFORMED, failures.text().toLine(reason), "UNSOUND_ANSWER");
    } catch (IOException e) {
      return broken(e);
    }
  }

  /** Reads a stream of outputs with one on each line. */
  private void readLines(Response response) {
    onOpen(null, response);
    try (ResponseBody body = response.body()) {
      JsonLines lines = new JsonLines(body.source(), MAX_BYTES);
      String line;
      while (!isEnded && (line = lines.next()) != null) {
        hasUnfinishedEvent = lines.isCut();
        onEvent(null, null, null, line);
      }
      onClosed(null);
    } catch (IOException e) {
      onFailure(null, e, response);
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
    if (call.isUnconnected()) {
      IOException late = new SocketTimeoutException("no connection in time");
      return new CallSignal.Failed(call, failures.judgeException(late, false), "CONNECTION");
    }
    if (!call.isSent() || !(cause instanceof SocketTimeoutException)) {
      FalFailure failure = failures.judgeException(cause, call.isSent());
      return new CallSignal.Failed(call, failure, "CONNECTION");
    }
    String reason =
        hasBytes
            ? "silent for " + rules.idleTimeout().toMillis() + " ms"
            : "no answer for " + rules.responseTimeout().toMillis() + " ms";
    return failed(Cause.SILENT, reason, "CONNECTION");
  }
}
