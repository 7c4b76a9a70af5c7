// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.fal.http.SseTap;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;

/**
 * One open status stream, and the hand on it. It is opened once and ends once; a reconnect is
 * another stream. The listener methods run on the stream's own thread, the others on any.
 */
public final class StatusStream extends EventSourceListener {
  private final SignalReceiver<QueueSignal> sink;
  private final FailureClassifier failures;
  private final int maxEventBytes;
  private final AtomicReference<FalFailure> cutBecause = new AtomicReference<>();
  private volatile Call call;
  private volatile long lastActivity = System.nanoTime();
  private volatile boolean waiting = true;
  private volatile boolean begun;
  private volatile long begunAt;
  private volatile long retryMillis = -1;
  private volatile boolean opened;

  /** What is to be told of what is read. */
  public final SseTap.Listener tap =
      new SseTap.Listener() {
        @Override
        public void touched() {
          StatusStream.this.touched();
        }

        @Override
        public void retryTold(long millis) {
          retryMillis = millis;
        }

        @Override
        public int maxEventBytes() {
          return maxEventBytes;
        }
      };

  public StatusStream(
      SignalReceiver<QueueSignal> sink, FailureClassifier failures, int maxEventBytes) {
    this.sink = sink;
    this.failures = failures;
    this.maxEventBytes = maxEventBytes;
  }

  /**
   * When its opening began, or anything was last read from it, comments included: nano time. It is
   * now while it waits for its turn to open, or an event waits to be taken: that silence is not the
   * server's.
   */
  public long lastActivity() {
    return waiting ? System.nanoTime() : lastActivity;
  }

  /** Whether it waits for its turn to open, or for an event to be taken. */
  public boolean isWaiting() {
    return waiting;
  }

  /** When it had its turn to open: nano time. It is now while it still waits for that. */
  public long begunAt() {
    return begun ? begunAt : System.nanoTime();
  }

  /** The wait before a reconnect that the server asked for by {@code retry:}, in ms, or -1. */
  public long retryMillis() {
    return retryMillis;
  }

  /** Whether fal has opened it. Any thread may ask. */
  public boolean isOpen() {
    return opened;
  }

  /** Ends it. Cause and reason are what {@link QueueSignal.Ended} will say. */
  public void cut(Cause why, String reason) {
    cutBecause.compareAndSet(null, failures.judgeOwn(why, reason));
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }

  void attach(Call call) {
    this.call = call;
    if (cutBecause.get() != null) {
      call.cancel();
    }
  }

  /** It has its turn to open: silence is the server's from now on. */
  void begins() {
    begunAt = System.nanoTime();
    begun = true;
    waiting(false);
  }

  private void waiting(boolean now) {
    touched();
    waiting = now;
  }

  private void touched() {
    lastActivity = System.nanoTime();
  }

  @Override
  public void onOpen(EventSource eventSource, Response response) {
    opened = true;
    touched();
  }

  @Override
  public void onEvent(EventSource eventSource, String id, String type, String data) {
    if (cutBecause.get() != null) {
      // What was read before it was cut is told again on the next one, in order.
      return;
    }
    waiting(true);
    // Only an error quotes what was sent.
    String told = data.contains("error") ? failures.text().scrub(data) : data;
    boolean taken =
        sink.offer(new QueueSignal.Data(this, told, System.currentTimeMillis()), told.length());
    if (!taken) {
      cut(
          Cause.NOT_TAKEN,
          "its events were not taken for too long: the connector is paused, stopped or Kafka is slow");
    }
    waiting(false);
  }

  @Override
  public void onClosed(EventSource eventSource) {
    sink.tell(new QueueSignal.Ended(this, cutBecause.get()));
  }

  @Override
  public void onFailure(EventSource eventSource, Throwable cause, Response response) {
    FalFailure cut = cutBecause.get();
    sink.tell(new QueueSignal.Ended(this, cut != null ? cut : why(cause, response)));
  }

  /** Null where the answer was sound after all: a status object instead of a stream. */
  private FalFailure why(Throwable cause, Response response) {
    if (opened || response == null) {
      return failures.judgeException(cause);
    }
    if (response.code() != 200 && response.code() != 202) {
      return failures.judgeAnswer(response);
    }
    return plainAnswer(response);
  }

  private FalFailure plainAnswer(Response response) {
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
    return cutBecause.get();
  }
}
