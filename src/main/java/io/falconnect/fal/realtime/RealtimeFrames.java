// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.http.OutputJson;
import okio.ByteString;

/** Writes and reads what frames carry: JSON in text frames, MessagePack in binary ones. */
public final class RealtimeFrames {
  /** Deeper is no output, and would need more stack than a reader thread has. */
  public static final int MAX_DEPTH = 200;

  private RealtimeFrames() {}

  /**
   * Writes an input.
   *
   * <p>Binary stays binary in MessagePack and becomes base64 text in JSON. MessagePack holds
   * integers of 64 bits: larger ones become their decimal text there. Decimals become the nearest
   * double, or their text where they are beyond a double's range.
   *
   * @return for {@link RealtimeSession#send}: UTF-8 JSON, or MessagePack
   */
  public static ByteString encode(JsonNode json, RealtimeEncoding encoding) {
    return switch (encoding) {
      case JSON -> ByteString.encodeUtf8(OutputJson.write(json));
      case MSGPACK -> MessagePackWriter.write(json);
    };
  }

  /** Reads a text frame: one JSON value. */
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

  /**
   * Reads a binary frame: one MessagePack value. What JSON has no word for becomes text: binary and
   * extensions base64, keys that are none, numbers that are none ({@code NaN}, infinities).
   */
  static JsonNode decode(ByteString bytes) throws MalformedFrameException {
    return MessagePackReader.read(bytes);
  }
}
