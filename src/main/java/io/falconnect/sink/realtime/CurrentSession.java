// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeSession;
import java.util.OptionalLong;
import java.util.function.Function;
import okio.ByteString;

/**
 * The one session that a lane has at a moment, if it has one. Only the delivery thread uses it; no
 * method blocks.
 */
final class CurrentSession {
  private final Function<RealtimeEncoding, RealtimeSession> sessions;
  private RealtimeEncoding encoding;
  private RealtimeSession session;
  private State state = State.NONE;

  private enum State {
    NONE,
    OPENING,
    OPEN,
    CLOSING
  }

  /**
   * No session.
   *
   * @param sessions starts to open a session
   */
  CurrentSession(Function<RealtimeEncoding, RealtimeSession> sessions) {
    this.sessions = sessions;
  }

  /** Whether there is no session, and none is being opened or closed. */
  boolean isNone() {
    return state == State.NONE;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether this side has closed it, and its end was not told yet. */
  boolean isClosing() {
    return state == State.CLOSING;
  }

  /** Starts to open a session. */
  void open(RealtimeEncoding next) {
    state = State.OPENING;
    encoding = next;
    session = sessions.apply(next);
  }

  /** The encoding of the present session, or of the last one. */
  RealtimeEncoding encoding() {
    return encoding;
  }

  /** The session is open. */
  void onOpened() {
    state = State.OPEN;
  }

  /** Sends an input; returns false if the session cannot take it now. */
  boolean send(ByteString payload) {
    return session.send(payload);
  }

  /**
   * How many of the sent bytes were not written to the connection yet; empty if the session is
   * over, because then its queue does not say what was written.
   */
  OptionalLong queuedBytes() {
    // Read in this order: the queue of a session that ends meanwhile is not used.
    long bytes = session.queuedBytes();
    return session.isOver() ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  /** Closes the session, if there is one. The next one may be opened when its end was told. */
  void close(String reason) {
    if (state == State.OPENING || state == State.OPEN) {
      state = State.CLOSING;
      session.close(reason);
    }
  }

  /** The session has ended, and its connection is gone. */
  void onEnded() {
    state = State.NONE;
    session = null;
  }
}
