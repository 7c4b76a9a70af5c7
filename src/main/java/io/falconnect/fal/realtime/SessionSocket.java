// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.AsyncTimeout;
import okio.ByteString;

/**
 * The WebSocket of one session: connecting, sending and the closing handshake, which is bounded in
 * time. Safe for any thread.
 */
final class SessionSocket {
  private static final int NORMAL_CLOSURE = 1000;
  private static final int CLOSE_SECONDS = 1;

  private final RealtimeEncoding encoding;
  private final AsyncTimeout closeLimit = new CloseLimit();
  private volatile WebSocket socket;
  private volatile boolean open;

  /** Connects nothing yet. */
  SessionSocket(RealtimeEncoding encoding) {
    this.encoding = encoding;
    closeLimit.timeout(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Starts to connect. The listener may be called before this returns. */
  void connect(OkHttpClient client, Request request, WebSocketListener listener) {
    socket = client.newWebSocket(request, listener);
  }

  /** The upgrade has succeeded: inputs may be sent. */
  void onOpen(WebSocket opened) {
    socket = opened;
    open = true;
  }

  /** Whether the upgrade has succeeded. Stays true when the connection is closed. */
  boolean isOpen() {
    return open;
  }

  /**
   * Puts an input into the queue of what is to be written.
   *
   * @param payload encoded as the session's {@link RealtimeEncoding} says
   * @return false if the socket is not open or is being closed, or if the queue has no room
   */
  boolean send(ByteString payload) {
    if (!hasRoomFor(payload)) {
      return false;
    }
    return switch (encoding) {
      // The payload would keep the text of utf8().
      case JSON -> socket.send(payload.string(StandardCharsets.UTF_8));
      case MSGPACK, JSON_BINARY -> socket.send(payload);
    };
  }

  /**
   * Whether the socket is open and its queue has room: OkHttp closes it when the queue overflows.
   */
  boolean hasRoomFor(ByteString payload) {
    return open && queuedBytes() + payload.size() <= RealtimeSession.MAX_PAYLOAD_BYTES;
  }

  /** How many bytes were sent by the caller, but are not written to the connection yet. */
  long queuedBytes() {
    WebSocket current = socket;
    return current == null ? 0 : current.queueSize();
  }

  /**
   * Ends the connection. An open one is closed in good order, after what is in the queue. Neither a
   * peer that does not answer nor a full send buffer delays that for longer than a second.
   */
  void close() {
    // Read in this order: an open session has a socket.
    boolean wasOpen = open;
    WebSocket current = socket;
    if (wasOpen) {
      closeLimit.enter();
      current.close(NORMAL_CLOSURE, null);
    } else if (current != null) {
      current.cancel();
    }
  }

  /** Cuts the connection without a handshake. */
  void cut() {
    WebSocket current = socket;
    if (current != null) {
      current.cancel();
    }
  }

  /** The connection is gone: the limit on closing it is not needed any more. */
  void onClosed() {
    closeLimit.exit();
  }

  /** Cuts a connection that takes too long to close. */
  private final class CloseLimit extends AsyncTimeout {
    @Override
    protected void timedOut() {
      cut();
    }
  }
}
