// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import okhttp3.Response;

/**
 * Makes one bounded line without credentials from what fal says about an error. Stateless apart
 * from the credentials it removes; safe for any thread.
 *
 * <p>fal's documentation of the queue names the header {@code X-Fal-Error-Type} and the body's
 * fields {@code detail} and {@code error_type}.
 */
public final class ReasonText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_PEEKED_BYTES = 16 * 1024;
  private static final int MAX_LENGTH = 500;
  private static final int MAX_STATUS_LENGTH = 4 * 1024;

  /** Words for a request that is not over. After {@code is}: a request may also be refused. */
  private static final Pattern NOT_READY =
      Pattern.compile(
          "(?i)^\\W*((the|this|your) )?(request|result|response)( [\\w-]{1,64})? "
              + "(is|has|was) (still|currently|being processed|in (the )?queue|in progress|queued"
              + "|pending|processing|not (yet )?(been )?(complete|finished|ready|done))");

  /**
   * White space, the control characters of ASCII and Latin-1, Unicode's line ends, and what turns
   * the direction of writing.
   */
  private static final Pattern SPACE_OR_CONTROL =
      Pattern.compile("[\\s\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\u200e\\u200f]+");

  private final UnaryOperator<String> scrubber;

  /**
   * Creates a text maker.
   *
   * @param scrubber replaces every credential in a text
   */
  ReasonText(UnaryOperator<String> scrubber) {
    this.scrubber = scrubber;
  }

  /** The text without credentials. */
  public String scrub(String text) {
    return scrubber.apply(text);
  }

  /**
   * The text on one line, without credentials, and at most 500 characters long. Credentials are
   * removed before the text is cut, because half a credential would not be recognised.
   */
  public String toLine(String text) {
    return cutToLine(scrubber.apply(text));
  }

  /** The kind of an exception and its message, as {@link #toLine(String)}. */
  String toLine(Throwable cause) {
    String message = cause.getMessage();
    String kind = cause.getClass().getSimpleName();
    return toLine(message == null ? kind : kind + ": " + message);
  }

  /** Describes an answer: status, error type and at most 500 characters of fal's message. */
  String describe(Response response, String body) {
    return describe(response, body, MAX_LENGTH);
  }

  /**
   * Describes an answer on one line, without credentials: status, error type and fal's message.
   *
   * @param maxLength the most characters of fal's message
   */
  public String describe(Response response, String body, int maxLength) {
    StringBuilder text = new StringBuilder("HTTP ").append(response.code());
    String type = errorType(response, body);
    if (type != null) {
      text.append(" (").append(type).append(')');
    }
    if (!body.isBlank()) {
      text.append(": ").append(cutToLine(scrubber.apply(messageIn(body)), maxLength));
    }
    return text.toString();
  }

  /**
   * fal's words for an error that came as data, as {@link #toLine(String)}. LLM routers send {@code
   * {message, code}}, workflows {@code {node_id, message, error}}, other apps a {@code detail} or a
   * text.
   */
  String describeError(JsonNode error) {
    return toLine(errorWords(error));
  }

  private static String errorWords(JsonNode error) {
    StringJoiner words = new StringJoiner(": ");
    if (error.path("node_id").isValueNode()) {
      words.add("node " + error.path("node_id").asText());
    }
    for (String name : List.of("message", "detail", "error")) {
      JsonNode part = error.path(name);
      if (!part.isMissingNode() && !part.isNull()) {
        words.add(
            part.isObject()
                ? errorWords(part)
                : part.isTextual() ? part.textValue() : part.toString());
      }
    }
    if (words.length() == 0) {
      return error.isTextual() ? error.textValue() : error.toString();
    }
    JsonNode code = error.path("code");
    boolean hasCode = code.isTextual() || code.isNumber();
    return hasCode ? words + " (code " + code.asText() + ")" : words.toString();
  }

  /** The header {@code X-Fal-Error-Type} as {@link #toLine(String)}, or null. */
  public String errorType(Response response) {
    String type = response.header("X-Fal-Error-Type");
    return type == null ? null : toLine(type);
  }

  /** The header {@code X-Fal-Error-Type}, else the body's {@code error_type}, else null. */
  public String errorType(Response response, String body) {
    String header = errorType(response);
    String inBody = header == null ? parse(body).path("error_type").textValue() : null;
    return inBody == null || inBody.isBlank() ? header : toLine(inBody);
  }

  /**
   * Whether the message of an error says that the request is not over, as in {@code Request is
   * still in progress}.
   */
  boolean saysNotReady(String body) {
    return NOT_READY.matcher(messageIn(body)).find();
  }

  /** Whether a body is the status object of a request that is not over. */
  boolean isUnfinishedStatus(String body) {
    if (body.length() > MAX_STATUS_LENGTH || !body.contains("\"IN_")) {
      return false;
    }
    JsonNode json = parse(body);
    String status = json.path("status").asText();
    return (status.equals("IN_QUEUE") || status.equals("IN_PROGRESS"))
        && (json.has("request_id") || json.has("response_url") || json.has("queue_position"));
  }

  /** At most 16 KiB of a body that was not read yet. The body can still be read afterwards. */
  static String peekBody(Response response) {
    try {
      return response.peekBody(MAX_PEEKED_BYTES).string();
    } catch (IOException e) {
      return "";
    }
  }

  /** fal's message is {@code detail}: a text, or a list of {@code {loc, msg, type}}. */
  private static String messageIn(String body) {
    JsonNode detail = parse(body).path("detail");
    if (detail.isMissingNode() || detail.isNull()) {
      return body.strip();
    }
    return detail.isTextual() ? detail.textValue() : detail.toString();
  }

  /** A missing node if the text is not JSON. */
  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /**
   * A text of somebody else on one line, without control characters, and at most 500 characters
   * long, so that it can forge no line of a log. Credentials stay in it.
   */
  public static String cutToLine(String text) {
    return cutToLine(text, MAX_LENGTH);
  }

  private static String cutToLine(String text, int maxLength) {
    String line = SPACE_OR_CONTROL.matcher(text).replaceAll(" ");
    if (line.length() <= maxLength) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
    return line.substring(0, end) + "…";
  }
}
