// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import io.falconnect.fal.http.FalHttp;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Checks a pooled HTTP/1.1 connection before an input is sent on it. A server may close an idle
 * connection at any time. Whoever notices that only by a missing answer cannot know whether the
 * server has taken the input. OkHttp itself checks only connections that were idle for ten seconds.
 * With HTTP/2 the server says which requests it has not taken (RFC 9113, 6.8). Stateless.
 */
final class StaleConnectionCheck {
  private static final int PROBE_MS = 1;

  private StaleConnectionCheck() {}

  /** The server has closed the connection. Nothing was sent on it. */
  private static final class StaleConnectionException extends IOException {
    private static final long serialVersionUID = 1L;

    StaleConnectionException() {
      super("the server has closed the connection");
    }
  }

  /** A network interceptor that sends nothing on a stale connection. */
  static Response rejectStale(Interceptor.Chain chain) throws IOException {
    boolean isHttp2 = chain.connection().protocol() == Protocol.HTTP_2;
    if (!isHttp2 && isStale(chain.connection().socket())) {
      throw new StaleConnectionException();
    }
    return chain.proceed(chain.request());
  }

  /**
   * An interceptor around {@link #rejectStale} that tries again on another connection. OkHttp
   * closes each rejected connection, so the pool runs out of stale ones.
   */
  static Response retryOnAnother(Interceptor.Chain chain) throws IOException {
    for (int rejected = 0; rejected < FalHttp.IDLE_CONNECTIONS; rejected++) {
      try {
        return chain.proceed(chain.request());
      } catch (StaleConnectionException e) {
        // The next connection may be good.
      }
    }
    return chain.proceed(chain.request());
  }

  /**
   * A server sends nothing before it has a request. So only a read that times out shows a good
   * connection: an end means that it is closed, and data cannot belong to the next answer.
   */
  private static boolean isStale(Socket socket) throws IOException {
    int timeout = socket.getSoTimeout();
    try {
      socket.setSoTimeout(PROBE_MS);
      socket.getInputStream().read();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      if (!socket.isClosed()) {
        socket.setSoTimeout(timeout);
      }
    }
  }
}
