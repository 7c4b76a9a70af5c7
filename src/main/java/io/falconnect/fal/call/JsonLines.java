// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import io.falconnect.fal.http.EventStreamSource;
import java.io.IOException;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.ByteString;
import okio.Options;

/**
 * A stream with one JSON value on each line, as some apps send it instead of events. Used by the
 * thread that reads the answer.
 */
final class JsonLines {
  private static final Set<String> SUBTYPES =
      Set.of(
          "x-ndjson",
          "ndjson",
          "jsonl",
          "x-jsonl",
          "jsonlines",
          "x-jsonlines",
          "json-lines",
          "stream+json");

  private static final Options BYTE_ORDER_MARK = Options.of(ByteString.decodeHex("efbbbf"));

  private final BufferedSource source;
  private final int maxBytes;
  private boolean isStarted;
  private boolean isCut;

  /**
   * Reads nothing yet.
   *
   * @param maxBytes the most bytes of a line
   */
  JsonLines(BufferedSource source, int maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /** Whether a body is such a stream. */
  static boolean isMediaTypeOf(ResponseBody body) {
    MediaType type = body.contentType();
    return type != null && SUBTYPES.contains(type.subtype());
  }

  /**
   * The next line without its end, which may be empty; null at the end of the body.
   *
   * @throws EventStreamSource.EventTooLargeException if the line is too large
   */
  String next() throws IOException {
    if (!isStarted) {
      isStarted = true;
      source.select(BYTE_ORDER_MARK);
    }
    long end = source.indexOf((byte) '\n', 0, maxBytes + 1L);
    if (end != -1) {
      return source.readUtf8Line();
    }
    if (source.request(maxBytes + 1L)) {
      throw new EventStreamSource.EventTooLargeException(maxBytes);
    }
    if (source.exhausted()) {
      return null;
    }
    String rest = source.readUtf8();
    isCut = !rest.isBlank();
    if (isCut && Character.isDigit(rest.charAt(rest.length() - 1))) {
      throw EventStreamSource.cutException();
    }
    return rest;
  }

  /** Whether the last line has no end. */
  boolean isCut() {
    return isCut;
  }
}
