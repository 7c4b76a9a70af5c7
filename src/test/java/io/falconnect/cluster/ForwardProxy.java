// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP proxy on loopback that asks for Basic credentials. It tunnels ({@code CONNECT}) and
 * forwards (absolute-form), always to loopback, whatever host is asked for.
 */
public final class ForwardProxy implements Closeable {
  private final ServerSocket server;
  private final String expected;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> passedRequests = new CopyOnWriteArrayList<>();
  private final List<String> refusedRequests = new CopyOnWriteArrayList<>();

  private ForwardProxy(String user, String password) throws IOException {
    String credentials = user + ":" + password;
    expected =
        "proxy-authorization: basic "
            + Base64.getEncoder().encodeToString(credentials.getBytes(ISO_8859_1));
    server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    threads.execute(this::acceptClients);
  }

  /** Starts a proxy that accepts these credentials. */
  public static ForwardProxy start(String user, String password) {
    try {
      return new ForwardProxy(user, password);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL of the proxy. */
  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** The request lines that were let through. */
  public List<String> passedRequests() {
    return List.copyOf(passedRequests);
  }

  /** The request lines that were answered with 407. */
  public List<String> refusedRequests() {
    return List.copyOf(refusedRequests);
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
        sockets.add(client);
        threads.execute(() -> serveClient(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serveClient(Socket client) {
    try (client) {
      List<String> head = readHead(client.getInputStream());
      while (!head.isEmpty() && !isAuthorized(head)) {
        refusedRequests.add(head.get(0));
        write(
            client.getOutputStream(),
            "HTTP/1.1 407 Proxy Authentication Required\r\n"
                + "Proxy-Authenticate: Basic realm=\"here\"\r\nContent-Length: 0\r\n\r\n");
        head = readHead(client.getInputStream());
      }
      if (!head.isEmpty()) {
        passedRequests.add(head.get(0));
        forward(client, head);
      }
    } catch (IOException e) {
      // One side has closed, so the other is closed too.
    } finally {
      sockets.remove(client);
    }
  }

  private void forward(Socket client, List<String> head) throws IOException {
    String[] line = head.get(0).split(" ");
    boolean tunnel = line[0].equals("CONNECT");
    URI target = URI.create(tunnel ? "tunnel://" + line[1] : line[1]);
    try (Socket origin = new Socket(InetAddress.getLoopbackAddress(), target.getPort())) {
      sockets.add(origin);
      if (tunnel) {
        write(client.getOutputStream(), "HTTP/1.1 200 OK\r\n\r\n");
      } else {
        write(origin.getOutputStream(), toOriginForm(head, line[0], target));
      }
      threads.execute(() -> copy(client, origin));
      origin.getInputStream().transferTo(client.getOutputStream());
      sockets.remove(origin);
    }
  }

  /** The request in origin form. The connection closes after one exchange. */
  private static String toOriginForm(List<String> head, String method, URI target) {
    String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    StringBuilder text =
        new StringBuilder(method + " " + target.getRawPath() + query + " HTTP/1.1\r\n");
    head.stream()
        .skip(1)
        .filter(header -> !header.toLowerCase().matches("(proxy-.*|connection):.*"))
        .forEach(header -> text.append(header).append("\r\n"));
    return text + "Connection: close\r\n\r\n";
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction notices too.
    }
  }

  private boolean isAuthorized(List<String> head) {
    String basic = expected.substring(0, expected.lastIndexOf(' '));
    String token = expected.substring(expected.lastIndexOf(' '));
    return head.stream().anyMatch(h -> h.toLowerCase().startsWith(basic) && h.endsWith(token));
  }

  /** Request line and header lines; none at the end of the connection. */
  private static List<String> readHead(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return List.of();
      }
      bytes.write(next);
    }
    return bytes.toString(ISO_8859_1).strip().lines().toList();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }
}
