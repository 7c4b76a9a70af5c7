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

/** Reads MessagePack as a JSON tree; {@link RealtimeFrames#decode} says how types are mapped. */
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
   * Reads a frame that holds one value and nothing else.
   *
   * @throws MalformedFrameException where the value is not complete, or more bytes follow
   */
  static JsonNode read(ByteString bytes) throws MalformedFrameException {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes.toByteArray())) {
      MessagePackReader reader = new MessagePackReader(in, bytes.size());
      JsonNode json = reader.readValue(0);
      if (reader.remainingBytes() > 0) {
        throw new MalformedFrameException(
            "not MessagePack: " + reader.remainingBytes() + " bytes follow the value");
      }
      return json;
    } catch (MessageInsufficientBufferException | MessageSizeException e) {
      throw new MalformedFrameException("not MessagePack: it ends too early");
    } catch (MessagePackException | IOException e) {
      throw new MalformedFrameException("not MessagePack: " + e.getMessage());
    }
  }

  private JsonNode readValue(int depth) throws IOException, MalformedFrameException {
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
              ? integerNode(in.unpackBigInteger())
              : integerNode(in.unpackLong());
      case FLOAT ->
          format == MessageFormat.FLOAT32
              ? floatNode(in.unpackFloat())
              : floatNode(in.unpackDouble());
      case STRING ->
          JSON.textNode(new String(readBytes(in.unpackRawStringHeader()), StandardCharsets.UTF_8));
      case BINARY -> readBase64(in.unpackBinaryHeader());
      case EXTENSION -> readBase64(in.unpackExtensionTypeHeader().getLength());
      case ARRAY -> readArray(depth);
      case MAP -> readMap(depth);
    };
  }

  private ArrayNode readArray(int depth) throws IOException, MalformedFrameException {
    ArrayNode array = JSON.arrayNode();
    for (int left = in.unpackArrayHeader(); left > 0; left--) {
      array.add(readValue(depth + 1));
    }
    return array;
  }

  private ObjectNode readMap(int depth) throws IOException, MalformedFrameException {
    ObjectNode map = JSON.objectNode();
    for (int left = in.unpackMapHeader(); left > 0; left--) {
      JsonNode key = readValue(depth + 1);
      map.set(key.isValueNode() ? key.asText() : key.toString(), readValue(depth + 1));
    }
    return map;
  }

  private JsonNode readBase64(int length) throws IOException {
    return JSON.textNode(Base64.getEncoder().encodeToString(readBytes(length)));
  }

  /**
   * Checks the length before anything is reserved for it: the library would reserve up to 64 MiB
   * for a length that the frame only claims.
   */
  private byte[] readBytes(int length) throws IOException {
    if (length > remainingBytes()) {
      throw new MessageSizeException(length);
    }
    return in.readPayload(length);
  }

  private long remainingBytes() {
    return size - in.getTotalReadBytes();
  }

  private static JsonNode floatNode(float value) {
    return Float.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Float.toString(value));
  }

  private static JsonNode floatNode(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }

  private static JsonNode integerNode(long value) {
    return value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
  }

  private static JsonNode integerNode(BigInteger value) {
    return value.bitLength() <= LONG_BITS ? integerNode(value.longValue()) : JSON.numberNode(value);
  }
}
