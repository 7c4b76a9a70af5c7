// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.SignalReceiver;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.AsyncTimeout;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One realtime session, and the hand on it. It is opened once and ends once; a reconnect is another
 * session. Its end is told when its connection is gone, because an account may have only one
 * session at a time. The listener methods run on threads of the client, the others on any; {@link
 * #send} on one at a time.
 */
public final class RealtimeSession extends WebSocketListener {
  /** The most that may wait to be written; so no input is larger. */
  public static final int MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(RealtimeSession.class);
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;
  private static final int NO_CODE = 1005;
  private static final int SERVICE_RESTART = 1012;
  private static final int TRY_AGAIN_LATER = 1013;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final String NOT_TAKEN =
      "its outputs were not taken for too long: the connector is paused, stopped or Kafka is slow";

  private final SignalReceiver<RealtimeSignal> sink;
  private final RealtimeEncoding encoding;
  private final FalCredentials credentials;
  private final Consumer<TokenMinting.Token> refused;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicReference<SessionEnd> end = new AtomicReference<>();
  private final AsyncTimeout closing = new Closing();

  /**
   * Held while something is told: that a connection broke is found out on another thread than the
   * reading one, and must not overtake what was read.
   */
  private final Object telling = new Object();

  private boolean over;
  private volatile FailureClassifier failures;
  private volatile TokenMinting.Token token;
  private volatile WebSocket socket;
  private volatile boolean opened;
  private volatile boolean waiting;

  /** Connects nothing yet. */
  RealtimeSession(
      SignalReceiver<RealtimeSignal> sink,
      RealtimeEncoding encoding,
      FalCredentials credentials,
      Consumer<TokenMinting.Token> refused) {
    this.sink = sink;
    this.encoding = encoding;
    this.credentials = credentials;
    this.refused = refused;
    closing.timeout(1, TimeUnit.SECONDS);
  }

  /**
   * Hands over an input, encoded as the session's {@link RealtimeEncoding} says.
   *
   * @return false if the session is not open, or its queue has no room for it now
   */
  public boolean send(ByteString payload) {
    // OkHttp answers an overflow of its queue by closing the socket.
    if (!opened || end.get() != null || queuedBytes() + payload.size() > MAX_PAYLOAD_BYTES) {
      return false;
    }
    return switch (encoding) {
      case JSON -> socket.send(payload.utf8());
      case MSGPACK -> socket.send(payload);
    };
  }

  /** Whether its end is known, though it may not have been told yet. */
  public boolean isOver() {
    return end.get() != null;
  }

  /** Bytes handed over that are not on the wire yet. */
  public long queuedBytes() {
    WebSocket current = socket;
    return current == null ? 0 : current.queueSize();
  }

  /**
   * Ends it in good order, what was sent first, and after a second in any case. What is read
   * meanwhile is dropped.
   */
  public void close(String reason) {
    if (begun.compareAndSet(false, true)) {
      end(new SessionEnd.Cut(reason));
      tellEnd();
    } else {
      end(new SessionEnd.Cut(reason));
    }
  }

  /**
   * Goes on with the opening.
   *
   * @param token what the request carries in its query, or null
   */
  void connect(OkHttpClient client, Request request, TokenMinting.Token token) {
    if (begun.compareAndSet(false, true)) {
      this.token = token;
      this.failures =
          token == null
              ? new FailureClassifier(credentials)
              : new FailureClassifier(text -> token.scrub(credentials.scrub(text)));
      try {
        dial(client, request);
      } catch (RuntimeException | Error e) {
        // Such as no more threads to be had.
        end(new SessionEnd.NotOpened(failures.of(e)));
        tellEnd();
      }
    }
  }

  private void dial(OkHttpClient client, Request request) {
    WebSocket connecting = client.newWebSocket(request, this);
    socket = connecting;
    if (end.get() != null && !opened) {
      connecting.cancel();
    }
  }

  /** It cannot be opened. */
  void abandon(FalFailure failure) {
    if (begun.compareAndSet(false, true)) {
      end(new SessionEnd.NotOpened(failure));
      tellEnd();
    }
  }

  @Override
  public void onOpen(WebSocket webSocket, Response response) {
    socket = webSocket;
    opened = true;
    boolean wanted;
    synchronized (telling) {
      wanted = end.get() == null;
      if (wanted) {
        sink.tell(new RealtimeSignal.Opened(this));
      }
    }
    if (!wanted) {
      webSocket.cancel();
    }
  }

  @Override
  public void onMessage(WebSocket webSocket, String text) {
    try {
      frame(RealtimeFrames.decode(text), text.length());
    } catch (MalformedFrameException e) {
      garbled("text frame: " + e.getMessage());
    }
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteString bytes) {
    try {
      frame(RealtimeFrames.decode(bytes), bytes.size());
    } catch (MalformedFrameException e) {
      garbled("binary frame: " + e.getMessage());
    }
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    String words = "closed by fal: " + code + (reason.isEmpty() ? "" : " " + reason);
    String fit = failures.fit(words);
    end(
        switch (code) {
          case NORMAL, NO_CODE -> new SessionEnd.Closed(fit);
          case GOING_AWAY, SERVICE_RESTART, TRY_AGAIN_LATER -> new SessionEnd.Away(fit);
          default -> new SessionEnd.Lost(fit);
        });
  }

  @Override
  public void onClosed(WebSocket webSocket, int code, String reason) {
    tellEnd();
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable cause, Response response) {
    if (end.get() == null) {
      decided(why(cause, response));
    }
    webSocket.cancel();
    tellEnd();
  }

  private SessionEnd why(Throwable cause, Response response) {
    if (opened) {
      // Nobody reads pongs while an output waits to be taken.
      boolean notTaken = waiting && cause instanceof SocketTimeoutException;
      return notTaken
          ? new SessionEnd.Cut(NOT_TAKEN)
          : new SessionEnd.Lost(failures.of(cause).reason());
    }
    if (response == null || response.code() == SWITCHING_PROTOCOLS) {
      return new SessionEnd.NotOpened(failures.of(cause));
    }
    FalFailure failure = failures.of(response);
    return token != null && failure instanceof FalFailure.Denied
        ? new SessionEnd.Unauthorized(failure.reason())
        : new SessionEnd.NotOpened(failure);
  }

  private void frame(JsonNode json, int weight) {
    SessionEnd told = ControlFrames.end(json, failures);
    if (told != null) {
      end(told);
    } else if (ControlFrames.isTimings(json)) {
      offer(new RealtimeSignal.Timings(this), weight);
    } else if (ControlFrames.isMessage(json)) {
      LOG.debug("a message of fal other than timings was ignored");
    } else {
      offer(new RealtimeSignal.Output(this, json, System.currentTimeMillis()), weight);
    }
  }

  private void garbled(String reason) {
    String fit = failures.fit(reason);
    offer(new RealtimeSignal.Garbled(this, fit), fit.length());
  }

  /** Whatever the app can say often waits until there is room for it. */
  private void offer(RealtimeSignal signal, int weight) {
    boolean taken;
    waiting = true;
    synchronized (telling) {
      taken = end.get() != null || sink.offer(signal, weight);
    }
    waiting = false;
    if (!taken) {
      end(new SessionEnd.Cut(NOT_TAKEN));
    }
  }

  /** Ends what is there of a connection; the end is told when that is done. */
  private void end(SessionEnd why) {
    if (decided(why)) {
      // In this order: what is open has a socket.
      boolean open = opened;
      WebSocket current = socket;
      if (open) {
        closing.enter();
        current.close(NORMAL, null);
      } else if (current != null) {
        current.cancel();
      }
    }
  }

  /** The first word on the end stands: whether it was this one. */
  private boolean decided(SessionEnd why) {
    boolean first = end.compareAndSet(null, why);
    if (first && token != null && why instanceof SessionEnd.Unauthorized) {
      refused.accept(token);
    }
    return first;
  }

  private void tellEnd() {
    closing.exit();
    synchronized (telling) {
      if (!over) {
        over = true;
        sink.tell(new RealtimeSignal.Ended(this, end.get()));
      }
    }
  }

  /** Neither fal nor a full send buffer holds up an end for longer than this. */
  private final class Closing extends AsyncTimeout {
    @Override
    protected void timedOut() {
      socket.cancel();
    }
  }
}
