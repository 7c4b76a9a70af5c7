// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;

/**
 * One status stream. It is opened once and ends once; a reconnect is another stream. Its methods
 * may be called on any thread; {@link StatusStreamReader} calls the package's own methods on the
 * stream's thread.
 */
public final class StatusStream {
  private final FailureClassifier failures;
  private final CallPacer<StatusStream> pacer;
  private final AtomicReference<FalFailure> cutFailure = new AtomicReference<>();
  private volatile Call call;
  private volatile long lastActivity = System.nanoTime();
  private volatile boolean waiting = true;
  private volatile boolean started;
  private volatile long startedAt;
  private volatile long retryMillis = -1;
  private volatile boolean open;

  StatusStream(FailureClassifier failures, CallPacer<StatusStream> pacer) {
    this.failures = failures;
    this.pacer = pacer;
  }

  /**
   * When the opening started, or when something last arrived, comments included: nano time. While
   * the stream waits for this side it is the present time, because that silence is not the
   * server's.
   */
  public long lastActivity() {
    return waiting ? System.nanoTime() : lastActivity;
  }

  /** Whether the stream waits for this side: for its turn to open, or for room for an event. */
  public boolean isWaiting() {
    return waiting;
  }

  /** Whether the opening has started: it was the stream's turn. */
  public boolean hasStarted() {
    return started;
  }

  /** When the opening started: nano time; the present time while the stream waits for its turn. */
  public long startedAt() {
    return started ? startedAt : System.nanoTime();
  }

  /** The delay before a reconnect that the server asked for by {@code retry:}, in ms, or -1. */
  public long retryMillis() {
    return retryMillis;
  }

  /** Whether fal has opened the stream. */
  public boolean isOpen() {
    return open;
  }

  /** Ends the stream. {@link QueueSignal.StreamEnded} will have that cause and reason. */
  public void cut(Cause cause, String reason) {
    cutFailure.compareAndSet(null, failures.judgeOwn(cause, reason));
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }

  /** Ends the stream because of an error in reading it. */
  void cut(IOException cause) {
    cutFailure.compareAndSet(null, failures.judgeException(cause));
  }

  /** Why the stream was cut, or null. */
  FalFailure cutFailure() {
    return cutFailure.get();
  }

  /** Sets the call to cancel when the stream is cut. */
  void attach(Call call) {
    this.call = call;
    if (cutFailure.get() != null) {
      call.cancel();
    }
  }

  /** It is the stream's turn to open: from now on silence is the server's. */
  void startOpening() {
    startedAt = System.nanoTime();
    started = true;
    setWaiting(false);
  }

  /** fal has answered, or the opening has failed: the next stream may be opened. */
  void endOpening() {
    pacer.release(this);
  }

  void setWaiting(boolean waits) {
    onActivity();
    waiting = waits;
  }

  void onActivity() {
    lastActivity = System.nanoTime();
  }

  void onOpen() {
    open = true;
    onActivity();
  }

  void onRetry(long millis) {
    retryMillis = millis;
  }
}
