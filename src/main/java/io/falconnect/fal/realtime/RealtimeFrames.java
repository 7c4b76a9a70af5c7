// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.http.OutputJson;
import java.nio.charset.StandardCharsets;
import okio.ByteString;

/**
 * Encodes and decodes the content of frames: JSON in text frames, MessagePack in binary ones.
 * Stateless.
 */
public final class RealtimeFrames {
  /** The deepest nesting that is decoded; a reader thread has no stack for more. */
  static final int MAX_DEPTH = OutputJson.MAX_DEPTH;

  /** What bytes that are not UTF-8 are decoded to. */
  private static final int REPLACEMENT = 0xFFFD;

  private RealtimeFrames() {}

  /**
   * Encodes an input.
   *
   * <p>Binary stays binary in MessagePack and becomes base64 text in JSON. MessagePack has integers
   * of up to 64 bits: larger ones become decimal text. A decimal becomes the nearest double, or
   * text if it is out of a double's range.
   *
   * @return UTF-8 JSON or MessagePack, for {@link RealtimeSession#send}
   */
  public static ByteString encode(JsonNode json, RealtimeEncoding encoding) {
    return switch (encoding) {
      // A ByteString made of a text would keep the text as well.
      case JSON, JSON_BINARY ->
          ByteString.of(OutputJson.write(json).getBytes(StandardCharsets.UTF_8));
      case MSGPACK -> MessagePackWriter.write(json);
    };
  }

  /** Whether an encoded input is JSON. MessagePack never begins an object in this way. */
  public static boolean isJsonObject(ByteString payload) {
    return payload.size() > 0 && payload.getByte(0) == '{';
  }

  /** Decodes a text frame: one JSON value. */
  static JsonNode decode(String text) throws MalformedFrameException {
    JsonNode json;
    try {
      json = OutputJson.read(text);
    } catch (JsonProcessingException e) {
      throw new MalformedFrameException("not JSON: " + e.getOriginalMessage());
    }
    if (json.isMissingNode()) {
      throw new MalformedFrameException("empty");
    }
    return json;
  }

  /** Whether a frame that is not MessagePack is text: JSON, or something like a heartbeat. */
  static boolean isText(ByteString bytes) {
    return bytes.utf8().codePoints().noneMatch(RealtimeFrames::isNoText);
  }

  private static boolean isNoText(int character) {
    boolean control = Character.isISOControl(character) && !Character.isWhitespace(character);
    return control || character == REPLACEMENT;
  }

  /**
   * Decodes a binary frame: one MessagePack value, or else one JSON value. MessagePack never begins
   * an object as JSON does. What JSON cannot express becomes text: binary values and extensions as
   * base64, keys that are not text, {@code NaN} and the infinities.
   */
  static JsonNode decode(ByteString bytes) throws MalformedFrameException {
    try {
      return MessagePackReader.read(bytes);
    } catch (MalformedFrameException e) {
      if (bytes.size() > 1 && isText(bytes)) {
        return decode(bytes.utf8());
      }
      throw e;
    }
  }
}
