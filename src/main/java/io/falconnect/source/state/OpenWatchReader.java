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
import org.pcollections.TreePMap;

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
  static OpenWatchSet parse(String text) {
    if (text.equals("{}")) {
      return OpenWatchSet.EMPTY;
    }
    JsonNode json = readTree(text);
    Map<RequestIdentity, WatchState> open = new HashMap<>();
    Map<RequestIdentity, Long> repeats = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getValue().isObject()) {
        throw new IllegalArgumentException("'open' has no object under " + entry.getKey());
      }
      if (entry.getKey().equals(OpenWatchWriter.REPEATS)) {
        readRepeats(entry.getValue(), repeats);
      } else {
        readWatches(EndpointId.parse(entry.getKey()), entry.getValue(), open);
      }
    }
    return new OpenWatchSet(TreePMap.from(open), TreePMap.from(repeats));
  }

  private static JsonNode readTree(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("'open' is not JSON: " + e.getOriginalMessage());
    }
    throw new IllegalArgumentException("'open' is not a JSON object");
  }

  private static void readWatches(
      EndpointId endpoint, JsonNode watches, Map<RequestIdentity, WatchState> open) {
    for (Map.Entry<String, JsonNode> watch : watches.properties()) {
      QueueRequest request = new QueueRequest(endpoint, watch.getKey());
      WatchState state = readWatch(request, watch.getValue());
      if (open.put(state.identity(), state) != null) {
        throw new IllegalArgumentException(
            "'open' has two watches of request " + request.requestId() + " of one app");
      }
    }
  }

  private static void readRepeats(JsonNode apps, Map<RequestIdentity, Long> repeats) {
    for (Map.Entry<String, JsonNode> app : apps.properties()) {
      for (Map.Entry<String, JsonNode> repeat : app.getValue().properties()) {
        JsonNode offset = repeat.getValue();
        if (!isInteger(offset) || offset.longValue() < 0) {
          throw new IllegalArgumentException(
              "'open' has not a number from 0 as repeat of request " + repeat.getKey());
        }
        repeats.put(new RequestIdentity(repeat.getKey(), app.getKey()), offset.longValue());
      }
    }
  }

  private static WatchState readWatch(QueueRequest request, JsonNode parts) {
    String logs = readText(parts, 3, request);
    String finished = readText(parts, 6, request);
    return new WatchState(
        new QueueRequest(request.endpoint(), request.requestId(), readUrls(request, parts)),
        readCount(parts, 0, request),
        readCount(parts, 1, request),
        readStatus(parts, request),
        isAbsent(parts.path(4)) ? null : readInteger(parts, 4, "an integer", request),
        logs == null ? null : LogCursor.parse(logs),
        finished == null ? null : readOutcome(finished, request),
        isAbsent(parts.path(5)) ? 0 : readCount(parts, 5, request));
  }

  private static String readStatus(JsonNode parts, QueueRequest request) {
    if (!parts.path(2).isNumber()) {
      return readText(parts, 2, request);
    }
    String what = "a text or the number of a status";
    long status = readInteger(parts, 2, what, request);
    if (status < 0 || status >= OpenWatchWriter.STATUSES.size()) {
      throw createError(2, what, request);
    }
    return OpenWatchWriter.STATUSES.get((int) status);
  }

  private static RequestUrls readUrls(QueueRequest request, JsonNode parts) {
    JsonNode urls = parts.path(7);
    if (isAbsent(urls)) {
      return RequestUrls.NONE;
    }
    if (!urls.isArray()) {
      throw createError(7, "a list of URLs", request);
    }
    return new RequestUrls(
        readText(urls, 0, request), readText(urls, 1, request), readText(urls, 2, request));
  }

  private static Outcome readOutcome(String name, QueueRequest request) {
    try {
      return Outcome.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw createError(6, "an outcome", request);
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
    if (!isInteger(part)) {
      throw createError(index, what, request);
    }
    return part.longValue();
  }

  private static boolean isInteger(JsonNode node) {
    return node.canConvertToLong() && node.isIntegralNumber();
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
