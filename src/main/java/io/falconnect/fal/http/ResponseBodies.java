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

/** Reads answers in one piece as JSON or text, whatever their media type. Stateless. */
public final class ResponseBodies {
  private ResponseBodies() {}

  /**
   * Reads a body as JSON. Text of another type becomes a JSON string. Binary becomes an object with
   * {@code content_type} and {@code content} in base64. Without a type the bytes decide.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException if a body of type JSON is not JSON
   */
  public static JsonNode readOutput(ResponseBody body) throws IOException {
    MediaType type = body.contentType();
    if (type == null) {
      return toOutput(body.bytes());
    }
    if (isJson(type)) {
      return replaceMissing(OutputJson.read(body.string()));
    }
    return isText(type) ? toJson(body.string()) : encodeBinary(type, body.bytes());
  }

  /**
   * Reads a body as text. Binary becomes the JSON that {@link #readOutput} makes of it. A byte
   * order mark is removed.
   */
  public static String readText(ResponseBody body) throws IOException {
    MediaType type = body.contentType();
    if (type != null && (isJson(type) || isText(type))) {
      return body.string();
    }
    byte[] bytes = body.bytes();
    String text = decodeUtf8(bytes);
    if (text == null || text.indexOf('\0') >= 0) {
      return encodeBinary(type, bytes).toString();
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Parses a text; if it is not JSON, it becomes a JSON string. A blank text is null. */
  public static JsonNode toJson(String text) {
    return replaceMissing(OutputJson.readOrText(text));
  }

  private static JsonNode toOutput(byte[] bytes) {
    String text = decodeUtf8(bytes);
    return text == null ? encodeBinary(null, bytes) : toJson(text);
  }

  /** Null if the bytes are not UTF-8. */
  private static String decodeUtf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static JsonNode encodeBinary(MediaType type, byte[] bytes) {
    String name = type == null ? "application/octet-stream" : type.type() + "/" + type.subtype();
    return JsonNodeFactory.instance
        .objectNode()
        .put("content_type", name)
        .put("content", Base64.getEncoder().encodeToString(bytes));
  }

  private static JsonNode replaceMissing(JsonNode node) {
    return node.isMissingNode() ? JsonNodeFactory.instance.nullNode() : node;
  }

  private static boolean isJson(MediaType type) {
    return type.subtype().equals("json") || type.subtype().endsWith("+json");
  }

  private static boolean isText(MediaType type) {
    return type.type().equals("text");
  }
}
