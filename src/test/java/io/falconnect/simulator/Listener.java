// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

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

/** One listening socket that comes back on the port it had. */
final class Listener {
  private static final int MESSAGE_LIMIT = 32 << 20;

  private final Loop loop;
  private final HttpServerOptions options;
  private final Handler<HttpServerRequest> handler;
  private final Set<HttpConnection> connections = new HashSet<>();
  private HttpServer server;
  private int opened;

  Listener(
      Loop loop,
      int port,
      SimulatorConfig config,
      SelfSignedStore store,
      Handler<HttpServerRequest> handler) {
    this.loop = loop;
    this.handler = handler;
    options =
        new HttpServerOptions()
            .setHost(config.host())
            .setPort(port)
            .setAcceptBacklog(16_384)
            .setWebSocketClosingTimeout(1)
            .setMaxWebSocketFrameSize(MESSAGE_LIMIT)
            .setMaxWebSocketMessageSize(MESSAGE_LIMIT)
            .setInitialSettings(
                new Http2Settings().setMaxConcurrentStreams(config.maxConcurrentStreams()));
    if (store != null) {
      options
          .setSsl(true)
          .setUseAlpn(config.http2())
          .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
          .setKeyCertOptions(
              new PfxOptions().setPath(store.path().toString()).setPassword(store.password()));
    }
  }

  void start() {
    if (server != null) {
      return;
    }
    server = loop.vertx().createHttpServer(options);
    server
        .connectionHandler(
            connection -> {
              opened++;
              connections.add(connection);
              connection.closeHandler(nothing -> connections.remove(connection));
            })
        .requestHandler(handler);
    Loop.await(server.listen());
    options.setPort(server.actualPort());
  }

  void stop() {
    if (server != null) {
      Loop.await(server.close());
      server = null;
    }
  }

  /** Resets every connection there is. */
  void cut() {
    Set.copyOf(connections).forEach(connection -> Wires.reset(Wires.channel(connection)));
  }

  int connections() {
    return connections.size();
  }

  /** How many there were in all. */
  int opened() {
    return opened;
  }

  /** {@code http://host:port}. */
  String url() {
    return (options.isSsl() ? "https://" : "http://") + options.getHost() + ":" + options.getPort();
  }
}
