// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Map;
import okio.Buffer;
import okio.ByteString;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** Writes a JSON tree as MessagePack; {@link RealtimeFrames#encode} says how types are mapped. */
final class MessagePackWriter {
  private static final int UNSIGNED_BITS = 64;

  private final MessagePacker out;

  private MessagePackWriter(MessagePacker out) {
    this.out = out;
  }

  static ByteString write(JsonNode json) {
    Buffer written = new Buffer();
    try (MessagePacker out = MessagePack.newDefaultPacker(written.outputStream())) {
      new MessagePackWriter(out).writeValue(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return written.readByteString();
  }

  private void writeValue(JsonNode json) throws IOException {
    switch (json.getNodeType()) {
      case NULL, MISSING -> out.packNil();
      case BOOLEAN -> out.packBoolean(json.booleanValue());
      case NUMBER -> writeNumber(json);
      case BINARY -> {
        byte[] bytes = json.binaryValue();
        out.packBinaryHeader(bytes.length).writePayload(bytes);
      }
      case ARRAY -> {
        out.packArrayHeader(json.size());
        for (JsonNode element : json) {
          writeValue(element);
        }
      }
      case OBJECT -> {
        out.packMapHeader(json.size());
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
          out.packString(entry.getKey());
          writeValue(entry.getValue());
        }
      }
      case STRING, POJO -> out.packString(json.asText());
    }
  }

  private void writeNumber(JsonNode json) throws IOException {
    switch (json.numberType()) {
      case INT, LONG -> out.packLong(json.longValue());
      case BIG_INTEGER -> writeInteger(json.bigIntegerValue());
      case FLOAT -> out.packFloat(json.floatValue());
      case DOUBLE -> out.packDouble(json.doubleValue());
      case BIG_DECIMAL -> {
        double nearest = json.doubleValue();
        if (Double.isInfinite(nearest)) {
          out.packString(json.asText());
        } else {
          out.packDouble(nearest);
        }
      }
    }
  }

  private void writeInteger(BigInteger value) throws IOException {
    int bits = value.bitLength();
    if (bits < UNSIGNED_BITS || bits == UNSIGNED_BITS && value.signum() > 0) {
      out.packBigInteger(value);
    } else {
      out.packString(value.toString());
    }
  }
}
