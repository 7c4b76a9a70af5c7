// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** The frames of an upgraded connection, each as one line of text. */
final class RawFrames {
  private static final ObjectMapper MSGPACK = new ObjectMapper(new MessagePackFactory());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int LONG_LENGTH = 126;
  private static final int LONGEST_LENGTH = 127;

  private final RawExchange connection;

  RawFrames(RawExchange connection) {
    this.connection = connection;
  }

  /** Sends {@code text …}, {@code msgpack …} or {@code json-binary …}. */
  void send(String line) throws IOException {
    int space = line.indexOf(' ');
    String content = line.substring(space + 1);
    switch (line.substring(0, space)) {
      case "text" -> send(TEXT, content.getBytes(UTF_8));
      case "json-binary" -> send(BINARY, content.getBytes(UTF_8));
      case "msgpack" -> send(BINARY, MSGPACK.writeValueAsBytes(JSON.readTree(content)));
      default -> throw new IllegalArgumentException(line);
    }
  }

  /** The next frame: its kind and its content. */
  String readLine() throws IOException {
    byte[] head = connection.read(2);
    if ((head[0] & 0x80) == 0) {
      throw new IOException("a message in several frames");
    }
    byte[] content = connection.read(readLength(head[1] & 0x7f));
    return switch (head[0] & 0x0f) {
      case TEXT -> "text " + new String(content, UTF_8);
      case BINARY -> describeBinary(content);
      case CLOSE -> {
        send(CLOSE, content);
        yield describeClose(content);
      }
      default -> throw new IOException("a frame of kind " + (head[0] & 0x0f));
    };
  }

  private int readLength(int shortLength) throws IOException {
    return switch (shortLength) {
      case LONG_LENGTH -> ByteBuffer.wrap(connection.read(2)).getShort() & 0xffff;
      case LONGEST_LENGTH -> Math.toIntExact(ByteBuffer.wrap(connection.read(8)).getLong());
      default -> shortLength;
    };
  }

  private void send(int kind, byte[] content) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x80 | kind);
    if (content.length < LONG_LENGTH) {
      frame.write(0x80 | content.length);
    } else {
      frame.write(0x80 | LONG_LENGTH);
      frame.write(content.length >> 8);
      frame.write(content.length);
    }
    // The mask is four zero bytes: the content stays as it is.
    frame.writeBytes(new byte[4]);
    frame.writeBytes(content);
    connection.write(frame.toByteArray());
  }

  private static String describeBinary(byte[] content) throws IOException {
    return content.length > 0 && content[0] == '{'
        ? "json-binary " + new String(content, UTF_8)
        : "msgpack " + JSON.writeValueAsString(MSGPACK.readTree(content));
  }

  private static String describeClose(byte[] content) {
    if (content.length == 0) {
      return "close";
    }
    int code = ByteBuffer.wrap(content).getShort() & 0xffff;
    return ("close " + code + " " + new String(content, 2, content.length - 2, UTF_8)).trim();
  }
}
