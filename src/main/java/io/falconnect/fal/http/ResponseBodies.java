// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import okhttp3.MediaType;
import okhttp3.ResponseBody;

/** What apps answer in one piece, whatever its media type, as JSON. Stateless. */
public final class ResponseBodies {
  private ResponseBodies() {}

  /** JSON is itself, other text is a JSON text, and binary is base64 with its media type. */
  public static JsonNode output(ResponseBody body) throws IOException {
    MediaType type = body.contentType();
    if (type == null) {
      return untyped(body.bytes());
    }
    if (isJson(type)) {
      return orNull(OutputJson.read(body.string()));
    }
    return type.type().equals("text") ? json(body.string()) : binary(type, body.bytes());
  }

  private static JsonNode untyped(byte[] bytes) {
    String text = utf8(bytes);
    return text == null ? binary(null, bytes) : json(text);
  }

  /** Null where it is not that. */
  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static JsonNode binary(MediaType type, byte[] bytes) {
    String told = type == null ? "application/octet-stream" : type.type() + "/" + type.subtype();
    return JsonNodeFactory.instance
        .objectNode()
        .put("content_type", told)
        .put("content", Base64.getEncoder().encodeToString(bytes));
  }

  public static JsonNode json(String text) {
    return orNull(OutputJson.readOrText(text));
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isMissingNode() ? JsonNodeFactory.instance.nullNode() : node;
  }

  /** The text of JSON or of whatever else is text; of binary its JSON. */
  public static String text(ResponseBody body) throws IOException {
    MediaType type = body.contentType();
    if (type != null && (isJson(type) || type.type().equals("text"))) {
      return body.string();
    }
    byte[] bytes = body.bytes();
    String text = utf8(bytes);
    if (text == null || text.indexOf('\0') >= 0) {
      return binary(type, bytes).toString();
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static boolean isJson(MediaType type) {
    return type.subtype().equals("json") || type.subtype().endsWith("+json");
  }
}
