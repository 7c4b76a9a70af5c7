// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Sends nothing on a connection that the server has closed meanwhile. A server may close an idle
 * connection of HTTP/1.1 at any time, without a word; who finds out by a request that gets no
 * answer cannot know whether that was taken. OkHttp itself looks only at those that were idle for
 * ten seconds. With HTTP/2 the server says which requests it has not taken.
 */
public final class IdleConnections {
  private static final int LOOK_MS = 1;

  private IdleConnections() {}

  /** Nothing was sent on it. */
  private static final class ClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the server has closed the connection");
    }
  }

  /** To be a network interceptor: looks at the connection before anything is sent on it. */
  public static Response look(Interceptor.Chain chain) throws IOException {
    boolean alone = chain.connection().protocol() != Protocol.HTTP_2;
    if (alone && isClosed(chain.connection().socket())) {
      throw new ClosedException();
    }
    return chain.proceed(chain.request());
  }

  /** To be an interceptor: takes another connection where the first one was closed. */
  public static Response takeAnother(Interceptor.Chain chain) throws IOException {
    for (int closed = 0; closed < FalHttp.IDLE_CONNECTIONS; closed++) {
      try {
        return chain.proceed(chain.request());
      } catch (ClosedException e) {
        // Each is closed here too, so that there is one less.
      }
    }
    return chain.proceed(chain.request());
  }

  /** Nobody says anything before a request; not even that is good for one. */
  private static boolean isClosed(Socket socket) throws IOException {
    int timeout = socket.getSoTimeout();
    try {
      socket.setSoTimeout(LOOK_MS);
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
