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
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes the stored form of a shard's open watches: one JSON text, compact because every source
 * offset has all of it:
 *
 * <pre>{"endpoint id": {"request id": [control offset, next sequence, status, log cursor,
 *   queue position, timestamp, outcome, [status URL, response URL, cancel URL]]},
 *   "repeats": {"app": {"request id": control offset}}}</pre>
 *
 * <p>Trailing nulls are left out. A usual status is its index in {@link #STATUSES}, another one is
 * text. A log cursor means that logs were asked for. An outcome means that only the result is still
 * to be fetched. {@link OpenWatchReader} reads this form. Stateless.
 */
final class OpenWatchWriter {
  /** The statuses that are written as numbers. */
  static final List<String> STATUSES = List.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED");

  /** The key of the repeats. It is no endpoint id, because it has no slash. */
  static final String REPEATS = "repeats";

  private static final ObjectMapper JSON = new ObjectMapper();

  private OpenWatchWriter() {}

  static String render(OpenWatchSet open) {
    if (open.isEmpty()) {
      return "{}";
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      writeWatches(json, open.watches().values());
      if (!open.repeats().isEmpty()) {
        json.writeObjectFieldStart(REPEATS);
        writeRepeats(json, open.repeats());
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes the watches in the order of their control records, below their endpoints. */
  private static void writeWatches(JsonGenerator json, Collection<WatchState> open)
      throws IOException {
    List<WatchState> oldestFirst = new ArrayList<>(open);
    oldestFirst.sort(WatchState.OLDEST_FIRST);
    for (Map.Entry<String, List<WatchState>> endpoint :
        group(oldestFirst, watch -> watch.request().endpoint().value()).entrySet()) {
      json.writeObjectFieldStart(endpoint.getKey());
      for (WatchState watch : endpoint.getValue()) {
        writeWatch(json, watch);
      }
      json.writeEndObject();
    }
  }

  private static void writeRepeats(JsonGenerator json, Map<RequestIdentity, Long> repeats)
      throws IOException {
    for (Map.Entry<String, List<RequestIdentity>> app :
        group(repeats.keySet(), RequestIdentity::app).entrySet()) {
      json.writeObjectFieldStart(app.getKey());
      for (RequestIdentity identity : app.getValue()) {
        json.writeNumberField(identity.requestId(), repeats.get(identity));
      }
      json.writeEndObject();
    }
  }

  private static <T> Map<String, List<T>> group(Collection<T> all, Function<T, String> key) {
    return all.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  private static void writeWatch(JsonGenerator json, WatchState watch) throws IOException {
    RequestUrls urls = watch.request().urls();
    List<Object> parts = new ArrayList<>(8);
    parts.add(watch.controlOffset());
    parts.add(watch.sequence());
    int status = watch.status() == null ? -1 : STATUSES.indexOf(watch.status());
    parts.add(status < 0 ? watch.status() : (Object) status);
    parts.add(watch.logs() == null ? null : watch.logs().render());
    parts.add(watch.queuePosition());
    parts.add(watch.askedAt() == 0 ? null : watch.askedAt());
    parts.add(watch.finished() == null ? null : watch.finished().name());
    parts.add(urls.isEmpty() ? null : urls);
    int size = parts.size();
    while (parts.get(size - 1) == null) {
      size--;
    }
    json.writeArrayFieldStart(watch.request().requestId());
    for (Object part : parts.subList(0, size)) {
      writePart(json, part);
    }
    json.writeEndArray();
  }

  private static void writePart(JsonGenerator json, Object part) throws IOException {
    if (part instanceof RequestUrls urls) {
      json.writeStartArray();
      json.writeString(urls.status());
      json.writeString(urls.response());
      json.writeString(urls.cancel());
      json.writeEndArray();
    } else if (part instanceof Number number) {
      json.writeNumber(number.longValue());
    } else {
      json.writeString((String) part);
    }
  }
}
