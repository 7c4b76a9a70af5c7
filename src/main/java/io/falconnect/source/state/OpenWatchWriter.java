// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.queue.RequestUrls;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the stored form of a partition's open watches: one JSON text, compact because every source
 * offset has all of it:
 *
 * <pre>{"endpoint id": {"request id": [control offset, next sequence, status, queue position,
 *   log cursor, outcome, [status URL, response URL, cancel URL], timestamp]}}</pre>
 *
 * <p>Trailing nulls are left out. A log cursor means that logs were asked for. An outcome means
 * that only the result is still to be fetched. {@link OpenWatchReader} reads this form, and {@link
 * OpenWatchSize} estimates its size. Stateless.
 */
final class OpenWatchWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OpenWatchWriter() {}

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
}
