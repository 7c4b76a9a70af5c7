// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.fal.realtime.SessionEnd.How;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One realtime session. It is opened once and ends once; a reconnect is another session. Its end is
 * told when its connection is gone and not before, because an account may have only one session at
 * a time. Signals are told on threads of the HTTP client. All methods are safe for any thread, but
 * only one thread at a time may call {@link #send}.
 */
public final class RealtimeSession {
  /** The most bytes that may wait to be written, and so the largest input. OkHttp's limit. */
  public static final int MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(RealtimeSession.class);
  private static final String NOT_TAKEN =
      "its outputs were not taken for too long: the connector is paused, stopped or Kafka is slow";

  private final SessionSocket socket;
  private final SignalRelay relay;
  private final FalCredentials credentials;
  private final List<FramePattern> ignored;
  private final Consumer<RealtimeToken> onTokenRefused;

  /** Set by the first of connecting, giving up the opening, and closing. */
  private final AtomicBoolean started = new AtomicBoolean();

  /** Whether an input was given to the session: before that, no frame can be an output. */
  private volatile boolean hasSent;

  /** Whether the app has answered anything since. */
  private volatile boolean answered;

  private volatile EndClassifier classifier;
  private volatile RealtimeToken token;

  /**
   * Connects nothing yet.
   *
   * @param receiver takes the signals of this session
   * @param ignored the frames of the app that are no outputs
   * @param onTokenRefused called when fal refuses the token that the session was opened with, or
   *     the session itself
   */
  RealtimeSession(
      SignalReceiver<RealtimeSignal> receiver,
      RealtimeEncoding encoding,
      List<FramePattern> ignored,
      FalCredentials credentials,
      Consumer<RealtimeToken> onTokenRefused) {
    this.socket = new SessionSocket(encoding);
    this.relay = new SignalRelay(this, receiver);
    this.credentials = credentials;
    this.ignored = ignored;
    this.onTokenRefused = onTokenRefused;
  }

  /**
   * Sends an input; returns before it is written.
   *
   * @param payload encoded as the session's {@link RealtimeEncoding} says
   * @return false if the session is not open, or its queue has no room for the input now
   */
  public boolean send(ByteString payload) {
    if (isOver() || !socket.hasRoomFor(payload)) {
      return false;
    }
    // Set before: the answer may be read before this returns.
    hasSent = true;
    return socket.send(payload);
  }

  /** Whether the session has ended or is about to, though that may not have been told yet. */
  public boolean isOver() {
    return relay.hasEnd();
  }

  /** How many bytes were sent by the caller, but are not written to the connection yet. */
  public long queuedBytes() {
    return socket.queuedBytes();
  }

  /**
   * Closes the session, after what was sent is written, but within a second. Returns at once. What
   * is read meanwhile is dropped.
   *
   * @param reason for the log
   */
  public void close(String reason) {
    boolean neverStarted = started.compareAndSet(false, true);
    end(EndClassifier.ofClosedHere(reason));
    if (neverStarted) {
      tellEnd();
    }
  }

  /**
   * Connects, unless the session was closed before.
   *
   * @param used the token that the request carries in its query, or null
   */
  void connect(OkHttpClient client, Request request, RealtimeToken used) {
    if (!started.compareAndSet(false, true)) {
      return;
    }
    token = used;
    classifier = new EndClassifier(credentials, used);
    try {
      socket.connect(client, request, new Listener());
      if (isOver() && !socket.isOpen()) {
        socket.cut();
      }
    } catch (RuntimeException | Error e) {
      // For example because there are no more threads.
      end(classifier.ofFailedOpening(e));
      tellEnd();
    }
  }

  /** Ends the session before it connects, because there is no token. */
  void failToOpen(FalFailure failure) {
    if (started.compareAndSet(false, true)) {
      end(new SessionEnd(How.NOT_OPENED, failure));
      tellEnd();
    }
  }

  private void onFrame(JsonNode frame, int weight) {
    switch (ControlFrames.kindOf(frame, ignored)) {
      case OUTPUT -> onOutput(frame, weight);
      case TIMINGS -> offer(new RealtimeSignal.Timings(this), weight);
      case IGNORED -> LOG.debug("A frame that is neither an output nor timings was ignored");
      case ERROR -> end(classifier.ofErrorFrame(frame));
    }
  }

  private void onOutput(JsonNode frame, int weight) {
    if (hasSent) {
      answered = true;
      offer(new RealtimeSignal.Output(this, frame, System.currentTimeMillis()), weight);
    } else {
      passOver("it came before the first input was sent");
    }
  }

  private void passOver(String reason) {
    String bounded = classifier.toLine(reason);
    offer(new RealtimeSignal.PassedOver(this, bounded), bounded.length());
  }

  private void onUndecodable(String reason) {
    String bounded = classifier.toLine(reason);
    offer(new RealtimeSignal.Undecodable(this, bounded), bounded.length());
  }

  private void offer(RealtimeSignal signal, int weight) {
    if (!relay.offer(signal, weight)) {
      end(EndClassifier.ofClosedHere(NOT_TAKEN));
    }
  }

  private SessionEnd endOf(Throwable cause, Response response) {
    if (!socket.isOpen()) {
      return classifier.ofFailedOpening(cause, response);
    }
    // While an output waits for room, nobody reads the pongs that keep the connection alive.
    boolean notTaken = relay.isWaiting() && cause instanceof SocketTimeoutException;
    return notTaken ? EndClassifier.ofClosedHere(NOT_TAKEN) : classifier.ofBrokenConnection(cause);
  }

  /** Closes the connection, if there is one. The end is told when it is gone. */
  private void end(SessionEnd why) {
    if (decideEnd(why)) {
      socket.close();
    }
  }

  private boolean decideEnd(SessionEnd why) {
    boolean first = relay.decideEnd(why);
    boolean refused = why.how() == How.TOKEN_REFUSED || why.how() == How.CLOSED_AS_REFUSED;
    if (first && refused && token != null) {
      onTokenRefused.accept(token);
    }
    return first;
  }

  private void tellEnd() {
    socket.onClosed();
    relay.tellEnd();
  }

  /** What OkHttp calls, on its own threads. */
  private final class Listener extends WebSocketListener {
    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      socket.onOpen(webSocket);
      if (!relay.tellOpened()) {
        webSocket.cancel();
      }
    }

    @Override
    public void onMessage(WebSocket webSocket, String text) {
      try {
        onFrame(RealtimeFrames.decode(text), text.length());
      } catch (MalformedFrameException e) {
        // An app that speaks JSON or MessagePack sends no output as other text.
        passOver("text frame: " + e.getMessage());
      }
    }

    @Override
    public void onMessage(WebSocket webSocket, ByteString bytes) {
      try {
        onFrame(RealtimeFrames.decode(bytes), bytes.size());
      } catch (MalformedFrameException e) {
        if (RealtimeFrames.isText(bytes)) {
          passOver("binary frame: " + e.getMessage());
        } else {
          onUndecodable("binary frame: " + e.getMessage());
        }
      }
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      end(classifier.ofClose(code, reason, answered));
    }

    @Override
    public void onClosed(WebSocket webSocket, int code, String reason) {
      tellEnd();
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable cause, Response response) {
      if (!isOver()) {
        decideEnd(endOf(cause, response));
      }
      webSocket.cancel();
      tellEnd();
    }
  }
}
