// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Passes connections on to a server, and counts the bytes that the server sends back. */
public final class CountingRelay implements Closeable {
  private static final int PIECE = 16 * 1024;

  private final ServerSocket server;
  private final URI target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong returned = new AtomicLong();

  private CountingRelay(URI target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    threads.execute(this::acceptClients);
  }

  public static CountingRelay start(String url) {
    try {
      return new CountingRelay(URI.create(url));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** How many bytes the server's answers had so far, as far as a client took them. */
  public long returnedBytes() {
    return returned.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }

  private void acceptClients() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket origin = new Socket(target.getHost(), target.getPort());
        sockets.add(client);
        sockets.add(origin);
        threads.execute(() -> copy(client, origin, new AtomicLong()));
        threads.execute(() -> copy(origin, client, returned));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** Copies until one side closes, then closes both. */
  private void copy(Socket from, Socket to, AtomicLong count) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[PIECE];
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        out.write(piece, 0, length);
        count.addAndGet(length);
      }
    } catch (IOException e) {
      // The other direction ends too.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }
}
