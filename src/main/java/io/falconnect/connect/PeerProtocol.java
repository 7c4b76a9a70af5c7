// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** What a server speaks, as far as its first bytes tell. */
enum PeerProtocol {
  /** Kafka's protocol. */
  KAFKA,
  /** TLS, with whatever inside. */
  TLS,
  HTTP,
  /** Something else. */
  OTHER,
  /** It says nothing, or closes the connection. */
  SILENT;

  static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  static final Duration READ_LIMIT = Duration.ofMillis(1500);
  private static final int ENOUGH = 8;
  private static final int CORRELATION = 0x66616c31;
  private static final short API_VERSIONS = 18;
  private static final String CLIENT = "fal-connection-check";

  private static final byte[] HTTP_REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** Kafka's request for the versions of its requests, which a broker answers before any login. */
  static byte[] kafkaRequest() {
    byte[] client = CLIENT.getBytes(StandardCharsets.US_ASCII);
    int size = 10 + client.length;
    return ByteBuffer.allocate(4 + size)
        .putInt(size)
        .putShort(API_VERSIONS)
        .putShort((short) 0)
        .putInt(CORRELATION)
        .putShort((short) client.length)
        .put(client)
        .array();
  }

  /**
   * Finds out what a server speaks without TLS. Makes up to three connections.
   *
   * @throws IOException when no connection can be made
   */
  static PeerProtocol find(InetSocketAddress server) throws IOException {
    PeerProtocol said;
    try (Socket socket = connect(server)) {
      said = ask(socket, kafkaRequest());
    }
    if (said != SILENT) {
      return said;
    }
    if (TlsHandshake.isAnswered(server)) {
      return TLS;
    }
    try (Socket socket = connect(server)) {
      PeerProtocol other = ask(socket, HTTP_REQUEST);
      return other == HTTP ? HTTP : SILENT;
    } catch (IOException e) {
      return SILENT;
    }
  }

  /** Connects directly, as Kafka's clients do. */
  static Socket connect(InetSocketAddress server) throws IOException {
    Socket socket = new Socket(Proxy.NO_PROXY);
    try {
      socket.connect(server, (int) CONNECT_LIMIT.toMillis());
      socket.setSoTimeout((int) READ_LIMIT.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a request and looks at the first bytes of the answer. */
  static PeerProtocol ask(Socket socket, byte[] request) {
    byte[] answer = new byte[ENOUGH];
    int length = 0;
    try {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      for (int read = 0; read >= 0 && length < ENOUGH; length += Math.max(read, 0)) {
        read = in.read(answer, length, ENOUGH - length);
      }
    } catch (IOException e) {
      // The connection is closed, or no more comes in time: what has come decides.
      return recognize(Arrays.copyOf(answer, length));
    }
    return recognize(Arrays.copyOf(answer, length));
  }

  static PeerProtocol recognize(byte[] answer) {
    String text = new String(answer, StandardCharsets.US_ASCII);
    boolean isRecord = answer.length > 2 && (answer[0] == 0x15 || answer[0] == 0x16);
    if (isRecord && answer[1] == 3) {
      return TLS;
    }
    if (text.startsWith("HTTP") || text.startsWith("<")) {
      return HTTP;
    }
    if (answer.length < ENOUGH) {
      return SILENT;
    }
    return ByteBuffer.wrap(answer).getInt(4) == CORRELATION ? KAFKA : OTHER;
  }
}
