// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The status of a request: the JSON object of one event of a status stream, or of a plain status
 * answer. A field that fal left out or sent as null is null here. A text field of another type is
 * its JSON. Unknown fields are only in {@code raw}.
 *
 * @param status fal's status, never null
 * @param requestId the id of the request, or null
 * @param queuePosition how many requests are ahead of this one, or null
 * @param logs the log lines in the event, never null
 * @param metrics fal's measurements, never null; {@code inference_time} is in seconds
 * @param responseUrl the URL of the result, or null
 * @param error the error of the request, or null
 * @param errorType fal's type of the error, or null
 * @param raw the JSON as received, or null if it is not kept
 */
public record StatusUpdate(
    String status,
    String requestId,
    Long queuePosition,
    List<LogLine> logs,
    Map<String, Double> metrics,
    String responseUrl,
    String error,
    String errorType,
    String raw) {
  private static final int MAX_STATUS = 256;
  private static final int MAX_NUMBER = 40;

  /** A log line or an unknown field may have any length: the size of the event is its bound. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build();

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(LIMITS)
                  // Python writes NaN and the infinities as they are.
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Parses a status object of a request.
   *
   * @throws MalformedStatusException if the text is not a JSON object with a status, or names
   *     another request
   */
  public static StatusUpdate parse(QueueRequest request, String text)
      throws MalformedStatusException {
    StatusUpdate update = parse(text);
    if (update.requestId != null && !update.requestId.equalsIgnoreCase(request.requestId())) {
      throw new MalformedStatusException("it is of another request");
    }
    return update;
  }

  /**
   * Parses a status object.
   *
   * @throws MalformedStatusException if the text is not a JSON object with a status
   */
  public static StatusUpdate parse(String text) throws MalformedStatusException {
    JsonNode node = readJson(text);
    if (!node.isObject()) {
      throw new MalformedStatusException("not a JSON object");
    }
    JsonNode status = node.path("status");
    if (!status.isTextual()
        || status.textValue().isEmpty()
        || status.textValue().length() > MAX_STATUS) {
      throw new MalformedStatusException("no status of 1 to " + MAX_STATUS + " characters in it");
    }
    JsonNode position = number(node.path("queue_position"));
    return new StatusUpdate(
        status.textValue(),
        text(node, "request_id"),
        isWhole(position) ? position.longValue() : null,
        logs(node.path("logs")),
        metrics(node.path("metrics")),
        text(node, "response_url"),
        errorText(node, "error"),
        errorText(node, "error_type"),
        text);
  }

  private static JsonNode readJson(String text) throws MalformedStatusException {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the text.
      JsonLocation at = e.getLocation();
      throw new MalformedStatusException(
          "not JSON" + (at == null ? "" : " at character " + at.getCharOffset()));
    }
  }

  /** The status {@code COMPLETED} without more: for a request whose status was read before. */
  public static StatusUpdate completed() {
    return new StatusUpdate("COMPLETED", null, null, List.of(), Map.of(), null, null, null, null);
  }

  /** The same update with another error. */
  public StatusUpdate withError(String otherError, String otherType) {
    return new StatusUpdate(
        status, requestId, queuePosition, logs, metrics, responseUrl, otherError, otherType, raw);
  }

  /** The same update without its log lines, its queue position and its JSON. */
  public StatusUpdate withoutDetails() {
    return new StatusUpdate(
        status, requestId, null, List.of(), metrics, responseUrl, error, errorType, null);
  }

  /** How far the request is. */
  public RequestPhase phase() {
    return RequestPhase.of(this);
  }

  private static List<LogLine> logs(JsonNode logs) {
    List<LogLine> lines = new ArrayList<>();
    for (JsonNode entry : logs) {
      if (entry.isObject()) {
        lines.add(
            new LogLine(
                text(entry, "message"),
                text(entry, "level"),
                text(entry, "source"),
                text(entry, "timestamp")));
      } else if (entry.isTextual()) {
        lines.add(new LogLine(entry.textValue(), null, null, null));
      }
    }
    return lines;
  }

  private static Map<String, Double> metrics(JsonNode metrics) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    metrics
        .properties()
        .forEach(
            entry -> {
              JsonNode value = number(entry.getValue());
              if (value.isNumber() && Double.isFinite(value.doubleValue())) {
                numbers.put(entry.getKey(), value.doubleValue());
              }
            });
    return numbers;
  }

  /** A text that is a number becomes that number; anything else stays as it is. */
  private static JsonNode number(JsonNode value) {
    if (!value.isTextual() || value.textValue().length() > MAX_NUMBER) {
      return value;
    }
    try {
      return DecimalNode.valueOf(new BigDecimal(value.textValue().strip()));
    } catch (NumberFormatException e) {
      return value;
    }
  }

  /** Whether a number is whole: 3.0 is. */
  private static boolean isWhole(JsonNode number) {
    return number.isNumber() && number.canConvertToExactIntegral() && number.canConvertToLong();
  }

  /** Null if the field says that there is no error: false, or something empty. */
  private static String errorText(JsonNode node, String field) {
    JsonNode value = node.path(field);
    boolean none =
        value.isBoolean() && !value.booleanValue() || value.isContainerNode() && value.isEmpty();
    String text = none ? null : text(node, field);
    return text == null || text.isBlank() ? null : text;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
