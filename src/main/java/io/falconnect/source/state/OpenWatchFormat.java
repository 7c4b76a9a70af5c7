// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.RequestUrls;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The stored form of a partition's open watches: one JSON text, compact because every source offset
 * has all of it:
 *
 * <pre>{"endpoint id": {"request id": [control offset, next sequence, status, queue position,
 *   log cursor, outcome, [status URL, response URL, cancel URL], timestamp]}}</pre>
 *
 * <p>Trailing nulls are left out. A log cursor means that logs were asked for. An outcome means
 * that only the result is still to be fetched. Stateless.
 */
final class OpenWatchFormat {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Control offset, sequence and a usual queue position with their punctuation. */
  private static final int NUMBERS = 24;

  private static final int USUAL_POSITION = 6;

  private static final int PUNCTUATION = 16;

  /** An outcome, and a null in the place of the log cursor. */
  private static final int FINISHED = 20;

  /** A timestamp, and the nulls that may be in the places before it. */
  private static final int TIMESTAMP = 48;

  private OpenWatchFormat() {}

  /** Writes the watches in the order of their control records, below their endpoints. */
  static String render(Collection<WatchState> open) {
    List<WatchState> oldestFirst = new ArrayList<>(open);
    oldestFirst.sort(WatchState.OLDEST_FIRST);
    Map<String, List<WatchState>> byEndpoint = new LinkedHashMap<>();
    for (WatchState watch : oldestFirst) {
      String endpoint = watch.request().endpoint().value();
      byEndpoint.computeIfAbsent(endpoint, id -> new ArrayList<>()).add(watch);
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, List<WatchState>> endpoint : byEndpoint.entrySet()) {
        json.writeObjectFieldStart(endpoint.getKey());
        for (WatchState watch : endpoint.getValue()) {
          write(json, watch);
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Has to be fast: with exactly-once support each batch writes all watches. */
  private static void write(JsonGenerator json, WatchState watch) throws IOException {
    boolean askedAt = watch.askedAt() != 0;
    boolean urls = askedAt || !watch.request().urls().isEmpty();
    boolean finished = urls || watch.finished() != null;
    boolean logs = finished || watch.logs() != null;
    boolean position = logs || watch.queuePosition() != null;
    json.writeArrayFieldStart(watch.request().requestId());
    json.writeNumber(watch.controlOffset());
    json.writeNumber(watch.sequence());
    if (position || watch.status() != null) {
      json.writeString(watch.status());
    }
    if (position) {
      writeNumber(json, watch.queuePosition());
    }
    if (logs) {
      json.writeString(watch.logs() == null ? null : watch.logs().render());
    }
    if (finished) {
      json.writeString(watch.finished() == null ? null : watch.finished().name());
    }
    if (urls) {
      writeUrls(json, watch.request().urls());
    }
    if (askedAt) {
      json.writeNumber(watch.askedAt());
    }
    json.writeEndArray();
  }

  private static void writeUrls(JsonGenerator json, RequestUrls urls) throws IOException {
    if (urls.isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartArray();
    json.writeString(urls.status());
    json.writeString(urls.response());
    json.writeString(urls.cancel());
    json.writeEndArray();
  }

  private static void writeNumber(JsonGenerator json, Long number) throws IOException {
    if (number == null) {
      json.writeNull();
    } else {
      json.writeNumber(number);
    }
  }

  /**
   * Reads what {@link #render} wrote, or an operator.
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

  /**
   * An upper bound of the bytes that a watch takes in a source offset without its endpoint id. It
   * leaves room for the statuses, positions and log cursors that are usual later on.
   */
  static int estimateBytes(WatchState watch) {
    int status =
        watch.status() == null
            ? 0
            : watch.status().chars().map(OpenWatchFormat::estimateBytes).sum();
    int position =
        watch.queuePosition() == null ? 0 : String.valueOf(watch.queuePosition()).length();
    int logs = watch.logs() == null ? 0 : LogCursor.MAX_RENDERED + NUMBERS;
    int finished = watch.finished() == null ? 0 : FINISHED;
    int askedAt = watch.askedAt() == 0 ? 0 : TIMESTAMP;
    return watch.request().requestId().length()
        + NUMBERS
        + Math.max(0, position - USUAL_POSITION)
        + PUNCTUATION
        + Math.max("IN_PROGRESS".length(), status)
        + logs
        + finished
        + estimateBytes(watch.request().urls())
        + askedAt;
  }

  private static int estimateBytes(RequestUrls urls) {
    if (urls.isEmpty()) {
      return 0;
    }
    int bytes = FINISHED;
    for (String url : Arrays.asList(urls.status(), urls.response(), urls.cancel())) {
      bytes += PUNCTUATION;
      bytes += url == null ? 0 : url.chars().map(OpenWatchFormat::estimateBytes).sum();
    }
    return bytes;
  }

  /** An upper bound of the bytes that an endpoint id takes without its watches. */
  static int estimateBytes(EndpointId endpoint) {
    return endpoint.value().length() + PUNCTUATION;
  }

  /** An upper bound for one character: it is escaped in 'open', and again in the offset. */
  private static int estimateBytes(int character) {
    boolean plain = character >= 0x20 && character < 0x7f && character != '"' && character != '\\';
    return plain ? 1 : 7;
  }
}
