// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import io.vertx.core.Handler;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One listening socket. After a stop it starts again on the same port. */
public final class Listener {
  private static final int MESSAGE_LIMIT = 32 << 20;

  private final EventLoop loop;
  private final HttpServerOptions options;
  private final Handler<HttpServerRequest> handler;
  private final Set<HttpConnection> openConnections = new HashSet<>();
  private HttpServer server;
  private int openedConnections;

  public Listener(
      EventLoop loop, int port, ListenerOptions settings, Handler<HttpServerRequest> handler) {
    this.loop = loop;
    this.handler = handler;
    options =
        new HttpServerOptions()
            .setHost(settings.host())
            .setPort(port)
            .setAcceptBacklog(16_384)
            .setWebSocketClosingTimeout(1)
            .setMaxWebSocketFrameSize(MESSAGE_LIMIT)
            .setMaxWebSocketMessageSize(MESSAGE_LIMIT)
            .setInitialSettings(
                new Http2Settings().setMaxConcurrentStreams(settings.maxConcurrentStreams()));
    SelfSignedStore store = settings.store();
    if (store != null) {
      options
          .setSsl(true)
          .setUseAlpn(settings.http2())
          .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
          .setKeyCertOptions(
              new PfxOptions().setPath(store.path().toString()).setPassword(store.password()));
    }
  }

  public void start() {
    if (server != null) {
      return;
    }
    server = loop.vertx().createHttpServer(options);
    server
        .connectionHandler(
            connection -> {
              openedConnections++;
              openConnections.add(connection);
              connection.closeHandler(nothing -> openConnections.remove(connection));
            })
        .requestHandler(handler);
    EventLoop.await(server.listen());
    options.setPort(server.actualPort());
  }

  public void stop() {
    if (server != null) {
      EventLoop.await(server.close());
      server = null;
    }
  }

  /** Resets every open connection. */
  public void resetConnections() {
    Set.copyOf(openConnections)
        .forEach(connection -> Connections.reset(Connections.channelOf(connection)));
  }

  public int openConnections() {
    return openConnections.size();
  }

  /** How many connections were opened since the start. */
  public int openedConnections() {
    return openedConnections;
  }

  /** {@code http://host:port}. */
  public String url() {
    return (options.isSsl() ? "https://" : "http://") + options.getHost() + ":" + options.getPort();
  }
}
