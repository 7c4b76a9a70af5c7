// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;

/** A server that answers once on each connection, and then closes it without having said so. */
final class HangUpServer implements AutoCloseable {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}";

  private final ServerSocket server;
  private final Semaphore closed = new Semaphore(0);

  private HangUpServer(ServerSocket server) {
    this.server = server;
  }

  static HangUpServer start() throws IOException {
    HangUpServer started =
        new HangUpServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread thread = new Thread(started::run, "hang-up-server");
    thread.setDaemon(true);
    thread.start();
    return started;
  }

  HttpUrl url() {
    return HttpUrl.get("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Waits until it has answered on one more connection and closed it. */
  void awaitClosed() throws InterruptedException {
    assertThat(closed.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
  }

  private void run() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        int length = 0;
        for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
          if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
            length = Integer.parseInt(line.substring(15).strip());
          }
        }
        reader.skip(length);
        socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // The test is over.
      }
      closed.release();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
