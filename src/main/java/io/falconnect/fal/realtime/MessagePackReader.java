// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import okio.ByteString;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageSizeException;
import org.msgpack.core.MessageUnpacker;

/** Reads MessagePack as JSON trees; see {@link RealtimeFrames#decode} for what becomes of what. */
final class MessagePackReader {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LONG_BITS = 63;

  private final MessageUnpacker in;
  private final long size;

  private MessagePackReader(MessageUnpacker in, long size) {
    this.in = in;
    this.size = size;
  }

  /**
   * Reads one value that is all there is.
   *
   * @throws MalformedFrameException when it is less or more
   */
  static JsonNode read(ByteString bytes) throws MalformedFrameException {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes.toByteArray())) {
      MessagePackReader reader = new MessagePackReader(in, bytes.size());
      JsonNode json = reader.value(0);
      if (reader.left() > 0) {
        throw new MalformedFrameException(
            "not MessagePack: " + reader.left() + " bytes follow the value");
      }
      return json;
    } catch (MessageInsufficientBufferException | MessageSizeException e) {
      throw new MalformedFrameException("not MessagePack: it ends too early");
    } catch (MessagePackException | IOException e) {
      throw new MalformedFrameException("not MessagePack: " + e.getMessage());
    }
  }

  private JsonNode value(int depth) throws IOException, MalformedFrameException {
    if (depth > RealtimeFrames.MAX_DEPTH) {
      throw new MalformedFrameException("nested deeper than " + RealtimeFrames.MAX_DEPTH);
    }
    MessageFormat format = in.getNextFormat();
    return switch (format.getValueType()) {
      case NIL -> {
        in.unpackNil();
        yield JSON.nullNode();
      }
      case BOOLEAN -> JSON.booleanNode(in.unpackBoolean());
      case INTEGER ->
          format == MessageFormat.UINT64
              ? integer(in.unpackBigInteger())
              : integer(in.unpackLong());
      case FLOAT ->
          format == MessageFormat.FLOAT32 ? real(in.unpackFloat()) : real(in.unpackDouble());
      case STRING ->
          JSON.textNode(new String(bytes(in.unpackRawStringHeader()), StandardCharsets.UTF_8));
      case BINARY -> base64(in.unpackBinaryHeader());
      case EXTENSION -> base64(in.unpackExtensionTypeHeader().getLength());
      case ARRAY -> array(depth);
      case MAP -> map(depth);
    };
  }

  private ArrayNode array(int depth) throws IOException, MalformedFrameException {
    ArrayNode array = JSON.arrayNode();
    for (int left = in.unpackArrayHeader(); left > 0; left--) {
      array.add(value(depth + 1));
    }
    return array;
  }

  private ObjectNode map(int depth) throws IOException, MalformedFrameException {
    ObjectNode map = JSON.objectNode();
    for (int left = in.unpackMapHeader(); left > 0; left--) {
      JsonNode key = value(depth + 1);
      map.set(key.isValueNode() ? key.asText() : key.toString(), value(depth + 1));
    }
    return map;
  }

  private JsonNode base64(int length) throws IOException {
    return JSON.textNode(Base64.getEncoder().encodeToString(bytes(length)));
  }

  /** A length says what it likes: the library would reserve 64 MiB for what cannot be there. */
  private byte[] bytes(int length) throws IOException {
    if (length > left()) {
      throw new MessageSizeException(length);
    }
    return in.readPayload(length);
  }

  private long left() {
    return size - in.getTotalReadBytes();
  }

  private static JsonNode real(float value) {
    return Float.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Float.toString(value));
  }

  private static JsonNode real(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }

  private static JsonNode integer(long value) {
    return value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
  }

  private static JsonNode integer(BigInteger value) {
    return value.bitLength() <= LONG_BITS ? integer(value.longValue()) : JSON.numberNode(value);
  }
}
