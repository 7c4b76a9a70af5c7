// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.EventStreamSource;
import io.falconnect.fal.http.GatewayComments;
import io.falconnect.fal.http.OutputJson;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import java.io.InterruptedIOException;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;

/**
 * Reads one status stream and hands over its signals. Every method is called on the stream's own
 * thread. {@link QueueSignal.StreamEnded} is the last signal, and comes exactly once.
 */
final class StatusStreamReader extends EventSourceListener implements EventStreamSource.Listener {
  private static final String NOT_TAKEN =
      "its events were not taken for too long: the connector is paused, stopped or Kafka is slow";

  /** An event that is not larger needs no reserved memory. */
  static final int FREE_BYTES = 4 * 1024;

  /** Memory is reserved for so many bytes of an event at a time. */
  private static final int RESERVED_STEP = 32 * 1024;

  /** How many bytes of memory a byte or a character of an event takes at most, or about that. */
  private static final int HEAP_BYTES = 2;

  private final StatusStream stream;
  private final SignalReceiver<QueueSignal> receiver;
  private final FailureClassifier failures;
  private final EventBudget budget;
  private final int maxEventBytes;

  /** What the event that is being read uses of the budget. */
  private long reserved;

  /** The event that comes next, the last, has no blank line after it. */
  private boolean hasUnfinishedEvent;

  StatusStreamReader(
      StatusStream stream,
      SignalReceiver<QueueSignal> receiver,
      FailureClassifier failures,
      EventBudget budget,
      int maxEventBytes) {
    this.stream = stream;
    this.receiver = receiver;
    this.failures = failures;
    this.budget = budget;
    this.maxEventBytes = maxEventBytes;
  }

  StatusStream stream() {
    return stream;
  }

  @Override
  public void onActivity() {
    stream.onActivity();
  }

  @Override
  public void onRetry(long millis) {
    stream.onRetry(millis);
  }

  @Override
  public int maxEventBytes() {
    return maxEventBytes;
  }

  /** Reserves memory in steps. An event of usual size needs none. */
  @Override
  public void onEventSize(long bytes) throws IOException {
    if (bytes <= FREE_BYTES || stream.cutFailure() != null) {
      return;
    }
    long needed = (bytes / RESERVED_STEP + 1) * RESERVED_STEP * HEAP_BYTES;
    if (needed > reserved) {
      reserve(needed - reserved);
    }
  }

  private void reserve(long bytes) throws IOException {
    stream.setWaiting(true);
    try {
      if (!budget.acquire(this, bytes, () -> stream.cutFailure() == null)) {
        stream.cut(Cause.NOT_TAKEN, NOT_TAKEN);
        throw new IOException(NOT_TAKEN);
      }
      reserved += bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an event waited for memory");
    } finally {
      stream.setWaiting(false);
    }
  }

  private void release() {
    if (reserved > 0) {
      budget.release(this, reserved);
      reserved = 0;
    }
  }

  @Override
  public void onUnfinishedEvent() {
    hasUnfinishedEvent = true;
  }

  @Override
  public void onOpen(EventSource eventSource, Response response) {
    stream.onOpen();
  }

  @Override
  public void onEvent(EventSource eventSource, String id, String type, String received) {
    try {
      handOver(received);
    } finally {
      release();
    }
  }

  private void handOver(String received) {
    if (stream.cutFailure() != null) {
      // The next stream starts with the present status.
      return;
    }
    String data = GatewayComments.remove(received);
    if (hasUnfinishedEvent && !isWholeObject(data)) {
      stream.cut(EventStreamSource.cutException());
      return;
    }
    if (data.isEmpty() && !received.isEmpty()) {
      return;
    }
    stream.setWaiting(true);
    // Only an error quotes what was sent to fal.
    String text = data.contains("error") ? failures.text().scrub(data) : data;
    boolean accepted =
        receiver.offer(
            new QueueSignal.StreamEvent(stream, text, System.currentTimeMillis()),
            text.length() * HEAP_BYTES);
    if (!accepted) {
      stream.cut(Cause.NOT_TAKEN, NOT_TAKEN);
    }
    stream.setWaiting(false);
  }

  /** A status is a JSON object, so one that was cut is not JSON. */
  private static boolean isWholeObject(String data) {
    try {
      return data.isEmpty() || OutputJson.read(data).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  @Override
  public void onClosed(EventSource eventSource) {
    release();
    receiver.tell(new QueueSignal.StreamEnded(stream, stream.cutFailure()));
  }

  @Override
  public void onFailure(EventSource eventSource, Throwable cause, Response response) {
    FalFailure cut = stream.cutFailure();
    FalFailure failure = cut != null ? cut : judgeEnd(cause, response);
    release();
    receiver.tell(new QueueSignal.StreamEnded(stream, failure));
  }

  /** Null if the answer was sound after all: a status object instead of a stream. */
  private FalFailure judgeEnd(Throwable cause, Response response) {
    if (cause instanceof EventStreamSource.EventTooLargeException) {
      return failures.judgeOwn(Cause.MALFORMED, cause.getMessage());
    }
    if (stream.isOpen() || response == null) {
      return failures.judgeException(cause);
    }
    if (response.code() != 200 && response.code() != 202) {
      return failures.judgeAnswer(response);
    }
    return readPlainAnswer(response);
  }

  private FalFailure readPlainAnswer(Response response) {
    String text;
    try (ResponseBody body = response.body()) {
      if (body.source().request(maxEventBytes + 1L)) {
        return failures.judgeOwn(Cause.MALFORMED, "answer larger than " + maxEventBytes + " bytes");
      }
      text = body.string();
    } catch (IOException e) {
      return failures.judgeException(e);
    }
    onEvent(null, null, null, text);
    return stream.cutFailure();
  }
}
