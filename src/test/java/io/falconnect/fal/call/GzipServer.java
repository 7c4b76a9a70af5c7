// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import okhttp3.HttpUrl;

/** A server, or a proxy before it, that compresses whatever was asked for. */
final class GzipServer implements AutoCloseable {
  private final HttpServer server;

  private GzipServer(HttpServer server) {
    this.server = server;
  }

  static GzipServer start(String type, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream compressed = new GZIPOutputStream(exchange.getResponseBody())) {
            compressed.write(body.getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    return new GzipServer(server);
  }

  public HttpUrl url() {
    return HttpUrl.get("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
