// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.falconnect.fal.http.FalCredentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.function.UnaryOperator;
import okhttp3.Response;

/**
 * Tells what a failed answer or a broken connection asks for. Stateless.
 *
 * <p>What may be asked again is what fal's official clients ask again (408, 409, 429, 5xx), and
 * what HTTP says of itself that it passes (407 of a proxy, 425). Error types, {@code
 * X-Fal-Error-Type}, and the user's own timeout, {@code X-Fal-Request-Timeout-Type}, are fal's, by
 * its documentation of the queue.
 */
public final class FailureClassifier {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> RETRYABLE = Set.of(407, 408, 409, 425, 429);
  private static final long MAX_BODY = 16 * 1024;
  private static final int MAX_DETAIL = 500;

  private final UnaryOperator<String> scrub;

  public FailureClassifier(FalCredentials credentials) {
    this(credentials::scrub);
  }

  /**
   * With more to hide than a key.
   *
   * @param scrub blots every credential out of a text
   */
  public FailureClassifier(UnaryOperator<String> scrub) {
    this.scrub = scrub;
  }

  /** A text of fal's without credentials. */
  public String scrub(String text) {
    return scrub.apply(text);
  }

  /** Of an answer whose body was not read yet; reads a bounded part of it. */
  public FalFailure of(Response response) {
    return of(response, body(response));
  }

  /** Of an answer and what was read of its body. */
  public FalFailure of(Response response, String body) {
    int status = response.code();
    String reason = words(response, body, MAX_DETAIL);
    if (status == 401 || status == 403) {
      return new FalFailure.Denied(status, reason);
    }
    if (status == 404) {
      return new FalFailure.NotFound(reason);
    }
    if (status >= 300 && status < 400) {
      return new FalFailure.Retryable(
          Cause.UNAVAILABLE, reason + ": redirects are not followed", null, status);
    }
    boolean ownTimeout =
        status == 504 && "user".equalsIgnoreCase(response.header("X-Fal-Request-Timeout-Type"));
    if (!ownTimeout && (status < 400 || status >= 500 || RETRYABLE.contains(status))) {
      Cause cause = status == 429 ? Cause.RATE_LIMIT : Cause.UNAVAILABLE;
      Duration wait = retryAfter(response.header("Retry-After"));
      return new FalFailure.Retryable(cause, reason, wait, status, errorType(response, body));
    }
    return new FalFailure.Rejected(status, reason, errorType(response, body));
  }

  /** Of an answer that is sound, but not yet what was asked for. */
  public FalFailure notReady(Response response, String body) {
    String reason = words(response, body, MAX_DETAIL);
    return new FalFailure.Retryable(
        Cause.INCOMPLETE, reason, retryAfter(response.header("Retry-After")), 0);
  }

  /** Of an error that fal told in the middle of a stream. */
  public FalFailure inStream(String data) {
    return new FalFailure.Rejected(200, fit(told(data)));
  }

  /** Of a connection that could not be made, or broke. */
  public FalFailure of(Throwable cause) {
    String message = cause.getMessage();
    String text = cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return new FalFailure.Retryable(Cause.CONNECTION, fit(text));
  }

  /**
   * Status, error type and what fal says, on one line, without credentials.
   *
   * @param max the most characters of what fal says
   */
  public String words(Response response, String body, int max) {
    StringBuilder words = new StringBuilder("HTTP ").append(response.code());
    String type = errorType(response, body);
    if (type != null) {
      words.append(" (").append(type).append(')');
    }
    if (!body.isBlank()) {
      words.append(": ").append(bounded(scrub.apply(told(body)), max));
    }
    return words.toString();
  }

  /** What {@code X-Fal-Error-Type} says, fit for a log or a record, or null. */
  public String errorType(Response response) {
    String type = response.header("X-Fal-Error-Type");
    return type == null ? null : fit(type);
  }

  /** The same; where there is no such header, the body's {@code error_type}. */
  public String errorType(Response response, String body) {
    String header = errorType(response);
    String told = header == null ? json(body).path("error_type").textValue() : null;
    return told == null || told.isBlank() ? header : fit(told);
  }

  /**
   * The text as part of a reason: on one line, bounded, without credentials. First these go, then
   * the rest: cut in the middle they would not be recognised.
   */
  public String fit(String text) {
    return bounded(scrub.apply(text), MAX_DETAIL);
  }

  /** fal puts its words into {@code detail}: a text, or a list of {@code {loc, msg, type}}. */
  private static String told(String body) {
    JsonNode detail = json(body).path("detail");
    if (detail.isMissingNode() || detail.isNull()) {
      return body.strip();
    }
    return detail.isTextual() ? detail.textValue() : detail.toString();
  }

  /** Missing where it is no JSON. */
  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** A bounded part of a body that was not read yet; none of it is used up. */
  public static String body(Response response) {
    try {
      return response.peekBody(MAX_BODY).string();
    } catch (IOException e) {
      return "";
    }
  }

  private static String bounded(String text, int max) {
    String line = text.replaceAll("\\s+", " ");
    if (line.length() <= max) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(max - 1)) ? max - 1 : max;
    return line.substring(0, end) + "…";
  }

  /** Seconds or an HTTP date (RFC 9110, 10.2.3); null where it is neither. */
  static Duration retryAfter(String header) {
    if (header == null) {
      return null;
    }
    String value = header.strip();
    try {
      if (value.chars().allMatch(Character::isDigit) && !value.isEmpty()) {
        return Duration.ofSeconds(Math.min(Long.parseLong(value), Duration.ofDays(1).toSeconds()));
      }
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), until);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (NumberFormatException | DateTimeParseException e) {
      return null;
    }
  }
}
