// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One HTTP/1.1 request on a socket of its own, and the answer as it comes. */
final class RawExchange implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final String status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final boolean chunked;
  private long left;

  /** Sends the request and reads the head of the answer. */
  RawExchange(URI base, String method, String path, List<String> headerLines, String body)
      throws IOException {
    socket = new Socket(base.getHost(), base.getPort());
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    byte[] content = body.getBytes(UTF_8);
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    head.append("host: ").append(base.getAuthority()).append("\r\n");
    headerLines.forEach(line -> head.append(line).append("\r\n"));
    if (content.length > 0) {
      head.append("content-length: ").append(content.length).append("\r\n");
    }
    head.append("\r\n");
    socket.getOutputStream().write(head.toString().getBytes(ISO_8859_1));
    socket.getOutputStream().write(content);
    in = new BufferedInputStream(socket.getInputStream());
    status = readHeadLine();
    for (String line = readHeadLine(); !line.isEmpty(); line = readHeadLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    chunked = "chunked".equals(headers.get("transfer-encoding"));
    left = chunked ? 0 : Long.parseLong(headers.getOrDefault("content-length", "0"));
  }

  int status() {
    return Integer.parseInt(status.split(" ")[1]);
  }

  /** The value of a header, or null. */
  String header(String name) {
    return headers.get(name);
  }

  /** The next line of the body, without its line feed; null after the body's regular end. */
  String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = readByte(); next != '\n'; next = readByte()) {
      if (next < 0) {
        return line.size() == 0 ? null : line.toString(UTF_8);
      }
      line.write(next);
    }
    return line.toString(UTF_8);
  }

  /** Sends bytes on the upgraded connection. */
  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Reads bytes of the upgraded connection. */
  byte[] read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new IOException("the connection ended after " + Arrays.toString(bytes));
    }
    return bytes;
  }

  /** Whether the server has closed the upgraded connection. */
  boolean hasEnded() throws IOException {
    return in.read() < 0;
  }

  private int readByte() throws IOException {
    if (left == 0 && chunked) {
      left = readChunkSize();
    }
    if (left <= 0) {
      return -1;
    }
    int next = in.read();
    if (next < 0) {
      throw new IOException("the connection ended inside the body");
    }
    left--;
    if (left == 0 && chunked) {
      readHeadLine();
    }
    return next;
  }

  /** The size of the next chunk, -1 for the last one. */
  private long readChunkSize() throws IOException {
    long size = Long.parseLong(readHeadLine(), 16);
    return size == 0 ? -1 : size;
  }

  private String readHeadLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended inside the head");
      }
      line.write(next);
    }
    return line.toString(ISO_8859_1).replace("\r", "");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
