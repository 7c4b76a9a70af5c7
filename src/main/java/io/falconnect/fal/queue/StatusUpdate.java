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
 * What fal told of a request: the JSON of one event of a status stream, or of a plain status
 * answer. Fields fal left out, told as null are null here, texts told in another type are their
 * JSON; fields it added survive in {@code raw}.
 *
 * @param status fal's word, never null
 * @param requestId the request it speaks of, or null
 * @param queuePosition requests ahead of this one, or null
 * @param logs log lines in the event, never null
 * @param metrics numbers fal measured, never null; {@code inference_time} is in seconds
 * @param responseUrl where the result will be, or null
 * @param error what went wrong, or null; a completed request with an error has failed
 * @param errorType fal's class of error, or null
 * @param raw the JSON as received
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
  /** fal's last word on a request. It is not "succeeded": see {@link #failed()}. */
  public static final String COMPLETED = "COMPLETED";

  private static final int MAX_STATUS = 256;
  private static final int MAX_NUMBER = 40;

  /**
   * A log line or an unknown field may be of any length: what bounds it is the event's. Python
   * writes NaN and the infinities as they are.
   */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build();

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(LIMITS)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads one status object of a request.
   *
   * @throws MalformedStatusException when the text is not a JSON object with a status, or names
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
   * Reads one status object.
   *
   * @throws MalformedStatusException when the text is not a JSON object with a status
   */
  public static StatusUpdate parse(String text) throws MalformedStatusException {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // The parser's own words quote the text.
      JsonLocation at = e.getLocation();
      throw new MalformedStatusException(
          "not JSON" + (at == null ? "" : " at character " + at.getCharOffset()));
    }
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
        whole(position) ? position.longValue() : null,
        logs(node.path("logs")),
        metrics(node.path("metrics")),
        text(node, "response_url"),
        told(node, "error"),
        told(node, "error_type"),
        text);
  }

  /** Whether nothing more will be told. */
  public boolean completed() {
    return status.equals(COMPLETED);
  }

  /** Whether the request completed with an error. */
  public boolean failed() {
    return completed() && (error != null || errorType != null);
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

  /** A number that is told as a text is one too; anything else is as it was. */
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

  /** 3.0 is a whole number too. */
  private static boolean whole(JsonNode number) {
    return number.isNumber() && number.canConvertToExactIntegral() && number.canConvertToLong();
  }

  /** Null where it says that there is none: false, or something empty. */
  private static String told(JsonNode node, String field) {
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
