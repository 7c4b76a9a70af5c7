// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.RequestUrls;
import java.util.HashMap;
import java.util.Map;

/** Reads the stored form of open watches that {@link OpenWatchWriter} describes. Stateless. */
final class OpenWatchReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private OpenWatchReader() {}

  /**
   * Reads what {@link OpenWatchWriter#render} or an operator wrote.
   *
   * @throws IllegalArgumentException when it is not that; the message says where
   */
  static Map<RequestIdentity, WatchState> parse(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("'open' is not JSON: " + e.getOriginalMessage());
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("'open' is not a JSON object");
    }
    Map<RequestIdentity, WatchState> open = new HashMap<>();
    for (Map.Entry<String, JsonNode> endpoint : json.properties()) {
      if (!endpoint.getValue().isObject()) {
        throw new IllegalArgumentException("'open' has no object under " + endpoint.getKey());
      }
      EndpointId id = EndpointId.parse(endpoint.getKey());
      for (Map.Entry<String, JsonNode> watch : endpoint.getValue().properties()) {
        QueueRequest request = new QueueRequest(id, watch.getKey());
        WatchState state = readWatch(request, watch.getValue());
        if (open.put(state.identity(), state) != null) {
          throw new IllegalArgumentException(
              "'open' has two watches of request " + request.requestId() + " of one app");
        }
      }
    }
    return open;
  }

  private static WatchState readWatch(QueueRequest request, JsonNode parts) {
    String logs = readText(parts, 4, request);
    String finished = readText(parts, 5, request);
    return new WatchState(
        new QueueRequest(request.endpoint(), request.requestId(), readUrls(request, parts)),
        readCount(parts, 0, request),
        readCount(parts, 1, request),
        readText(parts, 2, request),
        isAbsent(parts.path(3)) ? null : readInteger(parts, 3, "an integer", request),
        logs == null ? null : LogCursor.parse(logs),
        finished == null ? null : readOutcome(finished, request),
        isAbsent(parts.path(7)) ? 0 : readCount(parts, 7, request));
  }

  private static RequestUrls readUrls(QueueRequest request, JsonNode parts) {
    JsonNode urls = parts.path(6);
    if (isAbsent(urls)) {
      return RequestUrls.NONE;
    }
    if (!urls.isArray()) {
      throw createError(6, "a list of URLs", request);
    }
    return new RequestUrls(
        readText(urls, 0, request), readText(urls, 1, request), readText(urls, 2, request));
  }

  private static Outcome readOutcome(String name, QueueRequest request) {
    try {
      return Outcome.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw createError(5, "an outcome", request);
    }
  }

  private static long readCount(JsonNode parts, int index, QueueRequest request) {
    String what = "a number from 0";
    long number = readInteger(parts, index, what, request);
    if (number < 0) {
      throw createError(index, what, request);
    }
    return number;
  }

  private static long readInteger(JsonNode parts, int index, String what, QueueRequest request) {
    JsonNode part = parts.path(index);
    if (!part.canConvertToLong() || !part.isIntegralNumber()) {
      throw createError(index, what, request);
    }
    return part.longValue();
  }

  private static String readText(JsonNode parts, int index, QueueRequest request) {
    JsonNode part = parts.path(index);
    if (isAbsent(part)) {
      return null;
    }
    if (!part.isTextual()) {
      throw createError(index, "a text", request);
    }
    return part.textValue();
  }

  private static boolean isAbsent(JsonNode part) {
    return part.isMissingNode() || part.isNull();
  }

  private static IllegalArgumentException createError(
      int index, String what, QueueRequest request) {
    return new IllegalArgumentException(
        "'open' has not " + what + " as element " + index + " of request " + request.requestId());
  }
}
