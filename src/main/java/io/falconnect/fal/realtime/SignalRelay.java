// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.http.SignalReceiver;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Passes the signals of one session on to its receiver. The first end that is decided on stands.
 * From then on only that end is passed on: once, as the last signal, after all that was read before
 * it. Safe for any thread.
 */
final class SignalRelay {
  private final RealtimeSession session;
  private final SignalReceiver<RealtimeSignal> receiver;
  private final AtomicReference<SessionEnd> end = new AtomicReference<>();

  /**
   * Held while a signal is handed over. A broken connection is noticed on another thread than the
   * reading one, and its end must not overtake an output that still waits for room.
   */
  private final Object order = new Object();

  /** Guarded by {@link #order}. */
  private boolean endTold;

  private volatile boolean waiting;

  SignalRelay(RealtimeSession session, SignalReceiver<RealtimeSignal> receiver) {
    this.session = session;
    this.receiver = receiver;
  }

  /**
   * Decides why the session ends, without telling it yet.
   *
   * @return false if that was decided before, for another reason or the same
   */
  boolean decideEnd(SessionEnd reason) {
    return end.compareAndSet(null, reason);
  }

  /** Whether it is decided that the session ends. */
  boolean hasEnd() {
    return end.get() != null;
  }

  /** Whether a signal is being handed over at this moment, and waits for room. */
  boolean isWaiting() {
    return waiting;
  }

  /**
   * Tells that the session is open.
   *
   * @return false if the session is to end already; then nothing is told
   */
  boolean tellOpened() {
    synchronized (order) {
      if (hasEnd()) {
        return false;
      }
      receiver.tell(new RealtimeSignal.Opened(session));
      return true;
    }
  }

  /**
   * Hands over what the app can send often. Waits until the receiver has room, within the
   * receiver's limit. A signal of a session that is to end is dropped.
   *
   * @param weight about how many bytes the signal holds
   * @return false if there was no room for too long
   */
  boolean offer(RealtimeSignal signal, int weight) {
    waiting = true;
    try {
      synchronized (order) {
        return hasEnd() || receiver.offer(signal, weight);
      }
    } finally {
      waiting = false;
    }
  }

  /** Tells the end that was decided on. Only the first call tells it. */
  void tellEnd() {
    synchronized (order) {
      if (!endTold) {
        endTold = true;
        receiver.tell(new RealtimeSignal.Ended(session, end.get()));
      }
    }
  }
}
