// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** Opens one WebSocket and reads nothing of what is sent over it. */
public final class DeafPeer implements AutoCloseable {
  /** RFC 6455, 1.3. */
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final String KEY = "Sec-WebSocket-Key: ";

  private final ServerSocket server = new ServerSocket();
  private volatile Socket socket;

  public DeafPeer() throws IOException {
    server.setReceiveBufferSize(64 * 1024);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::open, "deaf-peer");
    thread.setDaemon(true);
    thread.start();
  }

  public String url() {
    return "http://localhost:" + server.getLocalPort();
  }

  private void open() {
    try {
      socket = server.accept();
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII), 1);
      String key = null;
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        key = line.startsWith(KEY) ? line.substring(KEY.length()) : key;
      }
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accept(key)
              + "\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(US_ASCII));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String accept(String key) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII));
    return Base64.getEncoder().encodeToString(hash);
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (socket != null) {
      socket.close();
    }
  }
}
